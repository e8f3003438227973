import type { Manifest } from '@laurel/contracts';
import {
  ArtifactCorrupt,
  ArtifactNotFound,
  type ArtifactStore,
  readManifest,
  readVerified,
} from '@laurel/storage/artifacts';

/** What is wrong with an artifact. */
export interface Damage {
  key: string;
  what: string;
}

/** Reads an artifact through. */
export function verifyArtifact(store: ArtifactStore, key: string, sha256: string): Promise<Damage[]> {
  return damageOf(key, async () => {
    for await (const _ of readVerified(store, key, sha256));
  });
}

/** Reads all files through that a manifest lists, and the manifest itself where its hash is known. */
export async function verifyManifest(store: ArtifactStore, prefix: string, sha256?: string): Promise<Damage[]> {
  let files: Manifest['files'] = {};
  const damage = await damageOf(`${prefix}/manifest.json`, async () => {
    ({ files } = await readManifest(store, prefix, sha256));
  });
  for (const [name, file] of Object.entries(files)) {
    damage.push(...(await verifyArtifact(store, `${prefix}/${name}`, file.sha256)));
  }
  return damage;
}

async function damageOf(key: string, read: () => Promise<void>): Promise<Damage[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (error instanceof ArtifactNotFound || error instanceof ArtifactCorrupt) return [{ key, what: error.message }];
    throw error;
  }
}
