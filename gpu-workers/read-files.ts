import type { Files } from '@laurel/learning';
import { type ArtifactStore, readManifest, readManifestFile } from '@laurel/storage/artifacts';

/**
 * The files of a model or a checkpoint, every byte checked against the folder's manifest, and the manifest against its own
 * hash where that is known.
 * @throws {ArtifactNotFound} @throws {ArtifactCorrupt}
 */
export async function readFiles(store: ArtifactStore, prefix: string, manifestSha256?: string): Promise<Files> {
  const manifest = await readManifest(store, prefix, manifestSha256);
  const files: Files = {};
  for (const name of Object.keys(manifest.files)) files[name] = await readManifestFile(store, prefix, manifest, name);
  return files;
}
