import { setTimeout } from 'node:timers/promises';
import { processesOf } from '../../functions/node/processes.ts';

/** The process id of the worker that runs the job, once there is one. */
export async function workerOf(jobId: string): Promise<number> {
  for (const deadlineMs = Date.now() + 60_000; Date.now() < deadlineMs; await setTimeout(100)) {
    const [pid] = await pidsOf('train.ts', 'LAUREL_JOB_ID', jobId);
    if (pid !== undefined) return pid;
  }
  throw new Error(`No worker of ${jobId} appeared within a minute.`);
}

/** The process ids of the scoring engines on a data folder: one while its service runs. */
export const enginesOf = (dataFolder: string): Promise<number[]> => pidsOf('serve.ts', 'LAUREL_DATA', dataFolder);

async function pidsOf(entry: string, name: string, value: string): Promise<number[]> {
  const found = await processesOf(entry);
  return found.filter(({ env }) => env[name] === value).map(({ pid }) => pid);
}
