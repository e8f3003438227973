import { launches } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { endJob, type JobRow, lockJob, moveJob } from './job-log.ts';

/**
 * Cancels a job: at once if it waits, else its worker is told by its next heartbeat. Asking again changes nothing.
 *
 * @throws {Problem} 404; 409 once the job has ended
 */
export function cancelJob({ db, now }: Context, projectId: string, id: string): Promise<JobRow> {
  return db.transaction(async (tx) => {
    const job = await lockJob(tx, id);
    if (job?.projectId !== projectId) throw notFound('job', id);
    if (job.state === 'cancelling' || job.state === 'cancelled') return job;
    if (job.state !== 'queued' && job.state !== 'paused') return moveJob(tx, job, 'cancelling', now());
    await tx.delete(launches).where(eq(launches.jobId, id));
    return endJob(tx, job, 'cancelled', now());
  });
}
