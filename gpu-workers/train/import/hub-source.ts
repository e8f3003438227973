import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub';
import { backoffMs } from '../patiently.ts';
import { HubAway, hubFetch } from './hub-fetch.ts';
import { ImportError } from './import-error.ts';
import type { ImportSettings } from './import-settings.ts';
import type { ModelSource, SourceFile } from './model-source.ts';
import { type Digest, downloadResumably } from './resumable-download.ts';

const TRIES = 5;
/** What nobody has gone on with for so long belongs to a job that failed or was cancelled. */
const ABANDONED_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * A repository of Hugging Face's hub, or of a server that answers as it does, at one commit. The hub's own client resolves the revision
 * and lists the files; their contents are fetched here, since that client neither resumes a download nor checks its hash.
 *
 * @throws {ImportError} for what the hub refuses, {@link HubAway} when it stays away
 */
export async function hubSource(repo: string, revision: string, { hub }: ImportSettings): Promise<ModelSource> {
  const fetch = hubFetch(hub.endpoint, hub.token);
  const client = { hubUrl: hub.endpoint, fetch };
  const { sha: commit } = await persistently(() =>
    modelInfo({ ...client, name: repo, revision, additionalFields: ['sha'] }),
  );
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new ImportError('unusable_source', `${hub.endpoint} tells no commit of ${repo}: is it a hub?`);
  }
  const entries = await persistently(async () => {
    const found = new Map<string, ListFileEntry>();
    for await (const entry of listFiles({ ...client, repo, revision: commit })) {
      if (entry.type === 'file' && !entry.path.includes('/')) found.set(entry.path, entry);
    }
    return found;
  });
  await sweepAbandoned(hub.cacheFolder);
  const cachePath = (digest: Digest) => join(hub.cacheFolder, `${digest.algorithm}-${digest.hex}`);
  const kept = new Set<string>();
  return {
    origin: { type: 'hub', endpoint: hub.endpoint, repo, revision, commit },
    files: Array.from(entries, ([name, { size, lfs }]) => ({ name, sizeBytes: lfs?.size ?? size })),
    read: (file, onBytes) => {
      const digest = digestOf(file, entries.get(file.name));
      const path = cachePath(digest);
      kept.add(path);
      const url = `${hub.endpoint}/${repo}/resolve/${commit}/${file.name}`;
      return downloadResumably({ url, file, digest, path, fetch, onBytes });
    },
    release: async () => {
      for (const path of kept) await rm(path, { force: true });
    },
  };
}

/** Large files are hashed by git LFS, the others by git itself. Both are letters and digits, which a file can be named by. */
function digestOf({ name }: SourceFile, entry: ListFileEntry | undefined): Digest {
  const digest: Digest = entry?.lfs
    ? { algorithm: 'sha256', hex: entry.lfs.oid }
    : { algorithm: 'git', hex: entry?.oid ?? '' };
  if (/^[0-9a-f]+$/.test(digest.hex)) return digest;
  throw new ImportError('unusable_source', `The hub tells no hash of ${name}.`);
}

async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof HubAway) || failures >= TRIES) throw error;
      await sleep(backoffMs(failures));
    }
  }
}

async function sweepAbandoned(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(join(folder, name), { force: true });
  }
}
