import { Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { type JobRow, lockJob } from './job-log.ts';
import { queueAgain } from './queue-again.ts';

/** Queues a paused job, to go on from its checkpoint. @throws {Problem} 404; 409 when it is not paused */
export function resumeJob({ db, now }: Context, projectId: string, id: string): Promise<JobRow> {
  return db.transaction(async (tx) => {
    const job = await lockJob(tx, id);
    if (job?.projectId !== projectId) throw notFound('job', id);
    if (job.state === 'paused') return queueAgain(tx, job, now());
    throw new Problem(409, 'wrong_state', `Job ${id} is ${job.state}; only a paused job can be resumed.`);
  });
}
