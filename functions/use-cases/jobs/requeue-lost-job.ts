import { type Failure, isWorking } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { type JobRow, lockJob } from './job-log.ts';
import { requeueJob } from './requeue-job.ts';

const leaseLost: Failure = {
  code: 'worker_lost',
  detail: 'The worker was not heard of for longer than its lease.',
  retryable: true,
};

/** Gives a job whose lease is over to another worker. Answers the job as it was; null when its worker was heard of meanwhile. */
export function requeueLostJob(
  { db, now, worker }: Pick<Context, 'db' | 'now' | 'worker'>,
  id: string,
): Promise<JobRow | null> {
  return db.transaction(async (tx) => {
    const job = await lockJob(tx, id);
    if (!job || !isWorking(job.state) || (job.leaseExpiresAt && job.leaseExpiresAt >= now())) return null;
    await requeueJob(tx, job, leaseLost, now(), worker.usdPerHour);
    return job;
  });
}
