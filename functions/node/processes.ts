import { access, readdir, readFile } from 'node:fs/promises';

/** A process of ours, as /proc tells it. */
export interface RunningProcess {
  pid: number;
  parentPid: number;
  env: Record<string, string>;
}

/** Those that run an entry file, such as `train.ts`. Reads /proc: none where there is none; others' processes keep their environment. */
export async function processesOf(entry: string): Promise<RunningProcess[]> {
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((pid) => readProcess(pid, entry)));
  return found.filter((process) => process !== null);
}

/** Whether there is a /proc that tells of processes. */
export const seesProcesses = (): Promise<boolean> =>
  access('/proc/self').then(
    () => true,
    () => false,
  );

/** Whether a process runs an entry file. */
export const runs = async (pid: number, entry: string): Promise<boolean> =>
  (await read(pid, 'cmdline')).split('\0').some((word) => word.endsWith(entry));

async function readProcess(name: string, entry: string): Promise<RunningProcess | null> {
  const pid = Number(name);
  if (!(await runs(pid, entry))) return null;
  const env = (await read(pid, 'environ')).split('\0').map((line) => line.split(/=(.*)/s).slice(0, 2));
  const parentPid = Number(/^PPid:\s*(\d+)$/m.exec(await read(pid, 'status'))?.[1]);
  return { pid, parentPid, env: Object.fromEntries(env) as Record<string, string> };
}

const read = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
