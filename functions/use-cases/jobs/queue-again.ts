import { type Database, launches } from '@laurel/storage';
import type { JobRow } from './job-log.ts';
import { moveJob } from './job-log.ts';

/** Attempts that a job has before it is given up; as many again when its owner sets it going again. */
const ATTEMPTS = 3;

/** Puts a locked job that no worker has back into the queue, from its last checkpoint on, with all its attempts. */
export async function queueAgain(tx: Database, job: JobRow, at: Date, changes: Partial<JobRow> = {}): Promise<JobRow> {
  const maxAttempts = job.attempt + ATTEMPTS;
  const fresh = { error: null, endedAt: null, remainingSeconds: null, maxAttempts };
  const queued = await moveJob(tx, job, 'queued', at, { ...fresh, ...changes });
  await tx
    .insert(launches)
    .values({ jobId: job.id, dueAt: at })
    .onConflictDoUpdate({ target: launches.jobId, set: { dueAt: at } });
  return queued;
}
