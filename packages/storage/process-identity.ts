import { readFile } from 'node:fs/promises';

/** A process of this machine. A pid comes again, a pid and its start do not. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot; empty where there is no /proc. */
  started: string;
}

export const thisProcess = async (): Promise<ProcessIdentity> => ({
  pid: process.pid,
  started: await startOf(process.pid),
});

export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return (await startOf(pid)) === started;
}

/** Field 22 of /proc/PID/stat. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
