import { type Manifest, manifest as manifestSchema } from '@laurel/contracts';
import { ArtifactCorrupt } from './artifact-errors.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { getVerified, putHashed } from './hashed-content.ts';

const manifestKey = (prefix: string) => `${prefix}/manifest.json`;

/**
 * Writes the files under `<prefix>/`, then the manifest that lists and hashes them: a folder with a manifest is whole.
 *
 * @param files contents by name, such as `model.safetensors`
 * @returns the manifest, and the hash that names this exact set of files
 */
export async function writeManifest(
  store: ArtifactStore,
  prefix: string,
  files: Record<string, Uint8Array | AsyncIterable<Uint8Array>>,
): Promise<{ manifest: Manifest; manifestSha256: string }> {
  await store.delete(manifestKey(prefix)); // what an earlier attempt wrote is not whole from here on
  const manifest: Manifest = { files: {} };
  for (const [name, content] of Object.entries(files)) {
    const { sha256, sizeBytes } = await putHashed(store, `${prefix}/${name}`, content);
    manifest.files[name] = { sha256, size_bytes: sizeBytes };
  }
  const encoded = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const { sha256 } = await putHashed(store, manifestKey(prefix), encoded);
  return { manifest, manifestSha256: sha256 };
}

/**
 * Reads a folder's manifest.
 *
 * @param expectedSha256 the manifest's own hash, where it is known
 * @throws {ArtifactNotFound} when the folder was not written to its end
 * @throws {ArtifactCorrupt}
 */
export async function readManifest(store: ArtifactStore, prefix: string, expectedSha256?: string): Promise<Manifest> {
  const key = manifestKey(prefix);
  const encoded = await (expectedSha256 === undefined ? store.get(key) : getVerified(store, key, expectedSha256));
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder().decode(encoded)));
  } catch (error) {
    throw new ArtifactCorrupt(key, 'it is not a manifest', error);
  }
}

/**
 * One of the files that a manifest lists, its hash checked.
 *
 * @throws {ArtifactNotFound} @throws {ArtifactCorrupt}
 */
export async function readManifestFile(
  store: ArtifactStore,
  prefix: string,
  manifest: Manifest,
  name: string,
): Promise<Uint8Array> {
  const listed = manifest.files[name];
  if (!listed) throw new ArtifactCorrupt(manifestKey(prefix), `it lists no ${name}`);
  return getVerified(store, `${prefix}/${name}`, listed.sha256);
}
