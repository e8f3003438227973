import { type Manifest, manifest } from '@laurel/contracts';
import { ArtifactNotFound } from '@laurel/storage/artifacts';
import type { Context } from '../../context.ts';
import { sha256 } from '../secrets.ts';
import { artifactPrefixOf } from './artifact-prefix.ts';
import { getJob } from './get-job.ts';

/** A checkpoint of a job. */
export interface Checkpoint {
  step: number;
  prefix: string;
  manifestSha256: string;
  sizeBytes: number;
  /** It has a whole model, which another job may start from; while PPO with adapters runs, there is none. */
  holdsModel: boolean;
}

/** A job's whole checkpoints, newest first; the newest two are kept. @throws {Problem} 404 */
export async function listCheckpoints(context: Context, projectId: string, id: string): Promise<Checkpoint[]> {
  await getJob(context, projectId, id);
  const prefix = artifactPrefixOf(id);
  const steps = (await context.artifacts.list(`${prefix}/`)).flatMap((key) => {
    const [, step] = /^(\d+)\/manifest\.json$/.exec(key.slice(prefix.length + 1)) ?? [];
    return step === undefined ? [] : [Number(step)];
  });
  const found = await Promise.all(steps.toSorted((a, b) => b - a).map((step) => checkpointOf(context, id, step)));
  return found.filter((checkpoint) => checkpoint !== null);
}

/** One checkpoint; null where there is none, or none any more. */
export async function checkpointOf(
  { artifacts }: Pick<Context, 'artifacts'>,
  jobId: string,
  step: number,
): Promise<Checkpoint | null> {
  const prefix = `${artifactPrefixOf(jobId)}/${step}`;
  try {
    const bytes = await artifacts.get(`${prefix}/manifest.json`);
    const { files } = manifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return { step, prefix, manifestSha256: sha256(bytes), sizeBytes: sizeOf(files), holdsModel: isModel(files) };
  } catch (error) {
    if (error instanceof ArtifactNotFound) return null;
    throw error;
  }
}

const sizeOf = (files: Manifest['files']) => Object.values(files).reduce((sum, file) => sum + file.size_bytes, 0);

const isModel = (files: Manifest['files']) => 'config.json' in files && 'model.safetensors' in files;
