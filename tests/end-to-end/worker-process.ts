import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** The process id of the worker that runs the job, once there is one. */
export async function workerOf(jobId: string): Promise<number> {
  for (const deadlineMs = Date.now() + 60_000; Date.now() < deadlineMs; await setTimeout(100)) {
    const [pid] = await processesOf('train.ts', `LAUREL_JOB_ID=${jobId}`);
    if (pid !== undefined) return pid;
  }
  throw new Error(`No worker of ${jobId} appeared within a minute.`);
}

/** The process ids of the scoring engines on a data folder: one while its service runs. */
export const enginesOf = (dataFolder: string): Promise<number[]> =>
  processesOf('serve.ts', `LAUREL_DATA=${dataFolder}`);

/** Those that run an entry file with a setting in their environment. Reads /proc: Linux only. */
async function processesOf(entry: string, setting: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const isEntry = (await read('cmdline')).includes(entry);
    if (isEntry && (await read('environ')).split('\0').includes(setting)) found.push(Number(pid));
  }
  return found;
}
