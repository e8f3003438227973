import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, thisProcess } from '../process-identity.ts';

/** A folder that one process at a time works in. */
export interface FolderLock {
  release(): Promise<void>;
}

export class FolderInUse extends Error {
  override name = 'FolderInUse';
  readonly code = 'folder_in_use';
  readonly folder: string;
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(`The folder ${folder} is in use by process ${pid}. Stop that process, or name another folder.`);
    this.folder = folder;
    this.pid = pid;
  }
}

/** What the names of files begin with that are to become locks. */
export const LOCK_DRAFT = 'lock-draft.';
const LOCK_NAME = /^lock\.(\d+)$/;

/** The process that holds the lock; `null` once it was released. */
type Holder = ProcessIdentity | null;

/**
 * Takes the folder for this process. A lock whose process has died counts for nothing, so `kill -9` needs no clean-up.
 * Processes are known by their pid: all that share the folder must run on one machine, not in containers of their own.
 *
 * The lock is the file `lock.<n>` with the highest n, and n only ever grows: making n + 1 has one winner, and whoever
 * acted on an old reading finds a higher number afterwards. Deleting and making one file again would have neither.
 *
 * @throws {FolderInUse} naming the folder and the process that has it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const numbers = await lockNumbers(folder);
  const last = Math.max(0, ...numbers);
  const holder = last > 0 ? await readHolder(folder, last) : null;
  if (holder && (await isAlive(holder))) throw new FolderInUse(folder, holder.pid);

  const mine = last + 1;
  if (!(await claim(folder, mine))) return lockFolder(folder);
  if (Math.max(...(await lockNumbers(folder))) > mine) {
    await unlink(lockPath(folder, mine));
    return lockFolder(folder);
  }
  await Promise.all(numbers.map((number) => unlink(lockPath(folder, number)).catch(ignoreMissing)));
  return { release: () => writeFile(lockPath(folder, mine), JSON.stringify(null)) };
}

const lockPath = (folder: string, number: number) => join(folder, `lock.${number}`);

async function lockNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => LOCK_NAME.exec(name)?.[1] ?? []).map(Number);
}

/** Makes the numbered lock, with its content, in one step. False when another process was faster. */
async function claim(folder: string, number: number): Promise<boolean> {
  const draft = join(folder, `${LOCK_DRAFT}${process.pid}.${crypto.randomUUID()}`);
  await writeFile(draft, JSON.stringify(await thisProcess()));
  try {
    await link(draft, lockPath(folder, number));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function readHolder(folder: string, number: number): Promise<Holder> {
  try {
    return JSON.parse(await readFile(lockPath(folder, number), 'utf8')) as Holder;
  } catch (error) {
    // Removed because a higher one exists, which claiming will find; or cut short by a crash while it was released.
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return null;
    throw error;
  }
}

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error;
}
