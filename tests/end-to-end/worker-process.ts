import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** The process id of the worker that runs the job, once there is one. Reads /proc: Linux only. */
export async function workerOf(jobId: string): Promise<number> {
  for (const deadlineMs = Date.now() + 60_000; Date.now() < deadlineMs; await setTimeout(100)) {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const isWorker = (await read('cmdline')).includes('train.ts');
      if (isWorker && (await read('environ')).includes(`LAUREL_JOB_ID=${jobId}\0`)) return Number(pid);
    }
  }
  throw new Error(`No worker of ${jobId} appeared within a minute.`);
}
