import { hasEnded, isTraining, type JobSpec, type ModelKind, TRAINED_KIND } from '@laurel/contracts';
import { jobs, models, modelVersions } from '@laurel/storage';
import { and, eq, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { checkpointOf } from './checkpoints.ts';
import { modelsOf } from './job-inputs.ts';

/** A model as a worker reads it. */
export interface FoundModel {
  kind: ModelKind;
  artifactPrefix: string;
  manifestSha256: string;
  /** config.json. */
  config: Record<string, unknown>;
}

/** The project's models that a spec names, by id: model versions, and checkpoints of jobs that have ended. */
export async function findModels(
  { db, artifacts }: Pick<Context, 'db' | 'artifacts'>,
  projectId: string,
  spec: JobSpec,
): Promise<Map<string, FoundModel>> {
  const ids = modelsOf(spec).map(({ id }) => id);
  const found = new Map<string, FoundModel>();
  const ofVersions = ids.filter((id) => !id.includes('/'));
  if (ofVersions.length > 0) {
    const { id, kind, artifactPrefix, manifestSha256, config } = modelVersions;
    const rows = await db
      .select({ id, kind, artifactPrefix, manifestSha256, config })
      .from(modelVersions)
      .innerJoin(models, eq(models.id, modelVersions.modelId))
      .where(and(eq(models.projectId, projectId), inArray(modelVersions.id, ofVersions)));
    for (const row of rows) found.set(row.id, row);
  }
  for (const id of ids.filter((each) => each.includes('/'))) {
    const [jobId = '', step = ''] = id.split('/');
    const [job] = await db
      .select()
      .from(jobs)
      .where(and(eq(jobs.projectId, projectId), eq(jobs.id, jobId)));
    if (!job || !hasEnded(job.state) || !isTraining(job.spec)) continue;
    const checkpoint = await checkpointOf({ artifacts }, jobId, Number(step));
    if (!checkpoint?.holdsModel) continue;
    const kind = TRAINED_KIND[job.spec.type];
    const { prefix: artifactPrefix, manifestSha256 } = checkpoint;
    const config = JSON.parse(Buffer.from(await artifacts.get(`${artifactPrefix}/config.json`)).toString('utf8'));
    found.set(id, { kind, artifactPrefix, manifestSha256, config });
  }
  return found;
}
