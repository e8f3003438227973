import type { Manifest } from '@laurel/contracts';
import { readManifest } from '@laurel/storage/artifacts';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { getModelVersion } from './get-model-version.ts';

export interface ModelFile {
  sha256: string;
  sizeBytes: number;
  /** Of the artifact. */
  key: string;
}

/** What a model version consists of, by name. @throws {Problem} 404 */
export async function listModelFiles(context: Context, projectId: string, id: string): Promise<Manifest['files']> {
  const { artifactPrefix, manifestSha256 } = await getModelVersion(context, projectId, id);
  return (await readManifest(context.artifacts, artifactPrefix, manifestSha256)).files;
}

/** One file of a model version. @throws {Problem} 404 */
export async function findModelFile(context: Context, projectId: string, id: string, name: string): Promise<ModelFile> {
  const { artifactPrefix, manifestSha256 } = await getModelVersion(context, projectId, id);
  const { files } = await readManifest(context.artifacts, artifactPrefix, manifestSha256);
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (!file) throw notFound(`file ${name} of model version`, id);
  return { sha256: file.sha256, sizeBytes: file.size_bytes, key: `${artifactPrefix}/${name}` };
}
