import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isAlive, thisProcess } from '../process-identity.ts';
import { ArtifactStoreFull } from './artifact-errors.ts';
import { checkKey, checkPrefix } from './artifact-key.ts';
import { type AbandonedDraft, ArtifactNotFound, type ArtifactStore, type ByteRange } from './artifact-store.ts';

/** Where objects are written before they get their name. No key begins with a dot, so it is never listed or read. */
const DRAFTS = '.drafts';

const FLUSH_BYTES = 2 ** 25;

/** A draft of another machine that nobody has written to for so long belongs to a process that died. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** Tells who writes: host, pid and start of the process, then what no other draft has. */
const DRAFT_NAME = /^(?<host>.+)~(?<pid>\d+)~(?<started>\d*)~[^~]+$/;

/**
 * Artifacts as files of one folder. An object is written to a draft on the same file system, flushed to the disk, then
 * renamed, so that neither `kill -9` nor a power cut leaves a part of it under its key. Since keys are paths, `a` and
 * `a/b` cannot both exist.
 */
export class FolderArtifactStore implements ArtifactStore {
  readonly folder: string;
  #swept: Promise<void> | undefined;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  /** @throws {ArtifactStoreFull} when the disk is full */
  async put(key: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(key);
    this.#swept ??= this.#sweepAbandonedDrafts();
    await this.#swept;
    const draft = join(this.folder, DRAFTS, await newDraftName());
    try {
      await writeDurably(draft, content);
      await moveDurably(draft, path, this.folder);
    } catch (error) {
      await rm(draft, { force: true });
      throw hasCode(error, 'ENOSPC', 'EDQUOT') ? new ArtifactStoreFull(key, this.folder, error) : error;
    }
  }

  async *read(key: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    try {
      const part = range && { start: range.first, end: range.last };
      yield* createReadStream(this.#path(key), part) as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw isMissing(error) ? new ArtifactNotFound(key, error) : error;
    }
  }

  async get(key: string): Promise<Uint8Array> {
    try {
      return await readFile(this.#path(key));
    } catch (error) {
      throw isMissing(error) ? new ArtifactNotFound(key, error) : error;
    }
  }

  async size(key: string): Promise<number> {
    return (await this.#stat(key)).size;
  }

  async writtenAt(key: string): Promise<Date> {
    return (await this.#stat(key)).mtime;
  }

  async exists(key: string): Promise<boolean> {
    const found = await stat(this.#path(key)).catch(undefinedIfMissing);
    return found?.isFile() ?? false;
  }

  async list(prefix: string): Promise<string[]> {
    checkPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const keys = await this.#keysUnder(folder);
    return keys.filter((key) => key.startsWith(prefix)).sort();
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    if (await this.exists(key)) await unlink(path).catch(undefinedIfMissing);
    await removeEmptyFolders(dirname(path), this.folder);
  }

  async putUrl(): Promise<null> {
    return null;
  }

  async abandonedDrafts(): Promise<AbandonedDraft[]> {
    const folder = join(this.folder, DRAFTS);
    const names = (await readdir(folder).catch(undefinedIfMissing)) ?? [];
    const abandoned = await Promise.all(names.map((name) => isAbandoned(folder, name)));
    const paths = names.filter((_, i) => abandoned[i]).map((name) => join(folder, name));
    return paths.map((path) => ({ name: path, discard: () => rm(path, { force: true }) }));
  }

  async #stat(key: string) {
    const found = await stat(this.#path(key)).catch(undefinedIfMissing);
    if (!found?.isFile()) throw new ArtifactNotFound(key);
    return found;
  }

  #path(key: string): string {
    checkKey(key);
    return join(this.folder, key);
  }

  /** Keys under a folder, given with its closing slash or as '' for all; one that disappears meanwhile has none. */
  async #keysUnder(folder: string): Promise<string[]> {
    const entries = (await readdir(join(this.folder, folder), { withFileTypes: true }).catch(undefinedIfMissing)) ?? [];
    const visible = entries.filter((entry) => !entry.name.startsWith('.'));
    const keys = visible.map(async (entry) =>
      entry.isDirectory() ? this.#keysUnder(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
    );
    return (await Promise.all(keys)).flat();
  }

  async #sweepAbandonedDrafts(): Promise<void> {
    await mkdir(join(this.folder, DRAFTS), { recursive: true });
    for (const draft of await this.abandonedDrafts()) await draft.discard();
  }
}

async function newDraftName(): Promise<string> {
  const { pid, started } = await thisProcess();
  return [hostname(), pid, started, crypto.randomUUID()].join('~');
}

async function isAbandoned(folder: string, name: string): Promise<boolean> {
  const { host, pid, started = '' } = DRAFT_NAME.exec(name)?.groups ?? {};
  if (host === hostname()) return !(await isAlive({ pid: Number(pid), started }));
  const found = await stat(join(folder, name)).catch(undefinedIfMissing);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS;
}

async function writeDurably(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    if (content instanceof Uint8Array) await file.writeFile(content);
    else await writeStream(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a chunk while the next one is made, and flushes on the way, so that the disk has little left to do at the end. */
async function writeStream(file: FileHandle, content: AsyncIterable<Uint8Array>): Promise<void> {
  let writing = Promise.resolve();
  let flushing = Promise.resolve();
  let unflushedBytes = 0;
  try {
    for await (const chunk of content) {
      await writing;
      writing = writeWhole(file, chunk);
      writing.catch(() => {}); // told when it is waited for
      unflushedBytes += chunk.length;
      if (unflushedBytes < FLUSH_BYTES) continue;
      await flushing;
      flushing = file.datasync();
      flushing.catch(() => {});
      unflushedBytes = 0;
    }
  } finally {
    await Promise.all([writing, flushing]);
  }
}

/** A single write may take only a part of what it is given. */
async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await file.write(chunk, written)).bytesWritten;
  }
}

/** Renames, then flushes every folder that got a new entry, up to the root: a rename is durable only with its folder. */
async function moveDurably(from: string, to: string, root: string): Promise<void> {
  for (;;) {
    try {
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
      break;
    } catch (error) {
      // Deleting the last object of a folder removes the folder, which may be this one, between any two of these steps.
      if (!hasCode(error, 'ENOENT') || !(await stat(from).catch(undefinedIfMissing))) throw error;
    }
  }
  for (let folder = dirname(to); folder.length >= root.length; folder = dirname(folder)) await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(undefinedIfMissing);
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

async function removeEmptyFolders(from: string, root: string): Promise<void> {
  for (let folder = from; folder.length > root.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) return;
      if (!isMissing(error)) throw error;
    }
  }
}

const hasCode = (error: unknown, ...codes: string[]) =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** No such file, a file where the key has a folder, or a folder where the key has a file. */
const isMissing = (error: unknown) => hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR');

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
