import { hasEnded } from '@laurel/contracts';
import type { WorkerExit } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { lockJob } from './job-log.ts';
import { requeueJob } from './requeue-job.ts';

/** A worker's process has ended. If its attempt had not, another one is due at once: there is no lease to wait for. */
export async function handleWorkerExit({ db, now, log, worker }: Context, exit: WorkerExit): Promise<void> {
  const how = howItEnded(exit);
  await db.transaction(async (tx) => {
    const job = await lockJob(tx, exit.jobId);
    const isItsAttempt = job?.attempt === exit.attempt && job.workerTokenHash !== null;
    if (!job || !isItsAttempt || hasEnded(job.state)) return;
    const detail = `The worker ended ${how} in the midst of the job; its log says more.`;
    await requeueJob(tx, job, { code: 'worker_died', detail, retryable: true }, now(), worker.usdPerHour);
    log.warn({ jobId: exit.jobId, attempt: exit.attempt, how }, 'worker died');
  });
}

function howItEnded({ exitCode, signal }: WorkerExit): string {
  if (signal) return `by ${signal}`;
  return exitCode === null ? 'while no server looked' : `with exit code ${exitCode}`;
}
