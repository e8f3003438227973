import type { Failure } from '@laurel/contracts';
import { type Database, jobs, launches } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import { endJob, type JobRow, moveJob } from './job-log.ts';
import { settlePause } from './settle-pause.ts';

/** A locked job's attempt came to nothing: another one is due, unless all are used up or the job was to be paused or cancelled. */
export async function requeueJob(
  tx: Database,
  job: JobRow,
  failure: Failure,
  at: Date,
  usdPerHour: number,
): Promise<void> {
  if (job.state === 'cancelling') {
    await endJob(tx, job, 'cancelled', at);
    return;
  }
  if (!failure.retryable || job.attempt >= job.maxAttempts) {
    await tx.delete(launches).where(eq(launches.jobId, job.id));
    await endJob(tx, job, 'failed', at, { error: failure });
    return;
  }
  if (job.state === 'pausing') {
    await settlePause(tx, job, at, usdPerHour);
    return;
  }
  const free = { error: failure, leaseExpiresAt: null, workerTokenHash: null, stageStartedAt: null };
  if (job.state === 'running') await moveJob(tx, job, 'queued', at, free);
  else await tx.update(jobs).set(free).where(eq(jobs.id, job.id)); // its worker ended before it claimed the job
  await tx
    .insert(launches)
    .values({ jobId: job.id, dueAt: at })
    .onConflictDoUpdate({ target: launches.jobId, set: { dueAt: at } });
}
