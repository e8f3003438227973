import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../patiently.ts';
import { HubAway } from './hub-fetch.ts';
import { ImportError } from './import-error.ts';
import { collect, type OnBytes, type SourceFile } from './model-source.ts';

/** The hash that a file's bytes must have: its own SHA-256, or that of a git blob. */
export interface Digest {
  algorithm: 'sha256' | 'git';
  hex: string;
}

export interface Download {
  url: string;
  file: SourceFile;
  digest: Digest;
  /** Where it is kept while it comes. */
  path: string;
  fetch: typeof fetch;
  onBytes: OnBytes;
}

/** Failures in a row, none of which brought a byte, before it is given up. */
const TRIES = 6;
const HASHED_AT_ONCE = 2 ** 26; // Node hashes less than 2 GiB in one call

/**
 * A file's bytes. What is at `path` is taken for the file's beginning, left by a connection that broke off or a worker that was killed,
 * and the rest is asked for by `Range` (RFC 9110, section 14).
 *
 * @throws {ImportError} when its hash is another, {@link HubAway} when the hub stays away
 */
export async function downloadResumably(download: Download): Promise<Uint8Array> {
  const { file, digest, path } = download;
  await mkdir(dirname(path), { recursive: true });
  await (await open(path, 'a', 0o600)).close();
  const isResumed = (await sizeOf(path)) > 0;
  await fetchRest(download);
  const bytes = await collect(createReadStream(path), file, () => undefined);
  if (hashOf(bytes, digest.algorithm) === digest.hex) return bytes;
  await rm(path);
  if (isResumed) return downloadResumably(download); // its beginning was damaged
  const detail = `${file.name} has another hash than the hub says, ${digest.hex}: it is damaged there, or on its way.`;
  throw new ImportError('unusable_source', detail);
}

async function fetchRest(download: Download): Promise<void> {
  const { file, path } = download;
  let have = await sizeOf(path);
  if (have > file.sizeBytes) have = 0;
  download.onBytes(have);
  for (let failures = 0; have < file.sizeBytes; ) {
    try {
      await append(download, have);
    } catch (error) {
      const gained = (await sizeOf(path)) > have;
      failures = gained ? 1 : failures + 1;
      if (!(error instanceof HubAway) || failures >= TRIES) throw error;
      await sleep(backoffMs(failures));
    }
    have = await sizeOf(path);
  }
}

/** Asks for what comes after `have` bytes and writes it behind them; all anew where the server sends all. */
async function append({ url, file, path, fetch, onBytes }: Download, have: number): Promise<void> {
  const response = await fetch(url, { headers: { range: `bytes=${have}-`, 'accept-encoding': 'identity' } });
  const isRest = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`);
  if (!isRest) onBytes(-have);
  if (!response.body || (!isRest && response.status !== 200)) {
    await rm(path, { force: true });
    throw new HubAway(`${file.name}: the hub answers ${response.status} to a range from byte ${have}.`);
  }
  let written = isRest ? have : 0;
  const target = await open(path, isRest ? 'a' : 'w', 0o600);
  try {
    for await (const chunk of received(response.body)) {
      written += chunk.length;
      if (written > file.sizeBytes)
        throw new ImportError('unusable_source', `${file.name} is longer than the hub says.`);
      await target.writeFile(chunk);
      onBytes(chunk.length);
    }
  } finally {
    await target.close();
  }
  if (written < file.sizeBytes) throw new HubAway(`${file.name} broke off after ${written} bytes.`);
}

async function* received(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new HubAway('The connection to the hub broke off.', { cause: error });
  }
}

function hashOf(bytes: Uint8Array, algorithm: Digest['algorithm']): string {
  const hash = createHash(algorithm === 'git' ? 'sha1' : 'sha256');
  if (algorithm === 'git') hash.update(`blob ${bytes.length}\0`);
  for (let at = 0; at < bytes.length; at += HASHED_AT_ONCE) hash.update(bytes.subarray(at, at + HASHED_AT_ONCE));
  return hash.digest('hex');
}

const sizeOf = async (path: string) => (await stat(path).catch(() => ({ size: 0 }))).size;
