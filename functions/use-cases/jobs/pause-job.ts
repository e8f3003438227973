import { launches } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { type JobRow, lockJob, moveJob } from './job-log.ts';

/**
 * Pauses a job: at once if it waits, else its worker is told by its next heartbeat, writes a checkpoint and gives its place to another
 * job. Asking again changes nothing.
 *
 * @throws {Problem} 404; 409 once the job has ended or is being cancelled
 */
export function pauseJob({ db, now }: Context, projectId: string, id: string): Promise<JobRow> {
  return db.transaction(async (tx) => {
    const job = await lockJob(tx, id);
    if (job?.projectId !== projectId) throw notFound('job', id);
    if (job.state === 'pausing' || job.state === 'paused') return job;
    if (job.state !== 'queued') return moveJob(tx, job, 'pausing', now());
    await tx.delete(launches).where(eq(launches.jobId, id));
    return moveJob(tx, job, 'paused', now(), { workerTokenHash: null });
  });
}
