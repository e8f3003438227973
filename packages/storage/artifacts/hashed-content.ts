import { createHash } from 'node:crypto';
import { ArtifactCorrupt } from './artifact-errors.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** What identifies an artifact's bytes: their SHA-256, hexadecimal, and their number. */
export interface ContentHash {
  sha256: string;
  sizeBytes: number;
}

/** Writes the object and tells its hash, in one pass. */
export async function putHashed(
  store: ArtifactStore,
  key: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<ContentHash> {
  if (content instanceof Uint8Array) {
    await store.put(key, content);
    return { sha256: sha256(content), sizeBytes: content.length };
  }
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const passing = async function* () {
    for await (const chunk of content) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  };
  await store.put(key, passing());
  return { sha256: hash.digest('hex'), sizeBytes };
}

/**
 * The object's bytes as a stream that ends in an error unless they have the hash. What came before the end is unproven:
 * act on it only when the stream has ended well.
 *
 * @throws {ArtifactNotFound}
 * @throws {ArtifactCorrupt}
 */
export async function* readVerified(
  store: ArtifactStore,
  key: string,
  expectedSha256: string,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of store.read(key)) {
    hash.update(chunk);
    yield chunk;
  }
  check(key, hash.digest('hex'), expectedSha256);
}

/**
 * The object's bytes, whole and with the given hash. Weights may have more bytes than Node reads or hashes in one call, so they are
 * read as a stream.
 *
 * @throws {ArtifactNotFound}
 * @throws {ArtifactCorrupt}
 */
export async function getVerified(store: ArtifactStore, key: string, expectedSha256: string): Promise<Uint8Array> {
  const content = new Uint8Array(await store.size(key));
  let filled = 0;
  for await (const chunk of readVerified(store, key, expectedSha256)) {
    if (filled + chunk.length > content.length) throw new ArtifactCorrupt(key, 'it grew while it was read');
    content.set(chunk, filled);
    filled += chunk.length;
  }
  return content;
}

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

function check(key: string, actual: string, expected: string): void {
  if (actual !== expected) throw new ArtifactCorrupt(key, `its SHA-256 is ${actual}, not ${expected}`);
}
