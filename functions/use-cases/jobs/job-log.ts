import { canMove, type JobEvent, type JobState, Problem } from '@laurel/contracts';
import { type Database, jobEvents, jobs } from '@laurel/storage';
import { eq, max } from 'drizzle-orm';
import { workedMs } from './worked-time.ts';

export type JobRow = typeof jobs.$inferSelect;

/** Reads a job and keeps others from changing it until the transaction ends; what follows is decided on what it is. */
export async function lockJob(tx: Database, id: string): Promise<JobRow | undefined> {
  const [job] = await tx.select().from(jobs).where(eq(jobs.id, id)).for('update');
  return job;
}

/** Appends to the log of a locked job, numbering on. */
export async function appendEvents(tx: Database, jobId: string, events: readonly JobEvent[], at: Date): Promise<void> {
  if (events.length === 0) return;
  const [last] = await tx
    .select({ seq: max(jobEvents.seq) })
    .from(jobEvents)
    .where(eq(jobEvents.jobId, jobId));
  const first = (last?.seq ?? 0) + 1;
  await tx.insert(jobEvents).values(events.map((event, i) => ({ jobId, seq: first + i, at, ...event })));
}

/**
 * Moves a locked job to another state, with whatever changes along, and logs it.
 *
 * @throws {Problem} 409 when the job cannot get there from where it is
 */
export async function moveJob(
  tx: Database,
  job: JobRow,
  state: JobState,
  at: Date,
  changes: Partial<JobRow> = {},
): Promise<JobRow> {
  if (!canMove(job.state, state)) {
    throw new Problem(409, 'wrong_state', `Job ${job.id} is ${job.state}, so it cannot become ${state}.`);
  }
  const [moved] = await tx
    .update(jobs)
    .set({ workedMs: workedMs(job, at), ...changes, state })
    .where(eq(jobs.id, job.id))
    .returning();
  const { attempt, error } = moved as JobRow;
  await appendEvents(tx, job.id, [{ type: 'state', data: { state, attempt, ...(error && { error }) } }], at);
  return moved as JobRow;
}

/** Moves a job to a state it ends in: no worker may speak for it any more. */
export const endJob = (
  tx: Database,
  job: JobRow,
  state: 'succeeded' | 'failed' | 'cancelled',
  at: Date,
  changes: Partial<JobRow> = {},
) =>
  moveJob(tx, job, state, at, {
    ...changes,
    endedAt: at,
    leaseExpiresAt: null,
    workerTokenHash: null,
    remainingSeconds: null,
  });
