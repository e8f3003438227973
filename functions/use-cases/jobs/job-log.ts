import {
  canMove,
  type JobEvent,
  type JobState,
  type LoggedJobEvent,
  Problem,
  type WebhookEvent,
} from '@laurel/contracts';
import { type Database, jobEvents, jobs } from '@laurel/storage';
import { eq, max } from 'drizzle-orm';
import { announce } from '../webhooks/announce.ts';
import { recordWork, workedMs } from './worked-time.ts';

export type JobRow = typeof jobs.$inferSelect;

/** Reads a job and keeps others from changing it until the transaction ends; what follows is decided on what it is. */
export async function lockJob(tx: Database, id: string): Promise<JobRow | undefined> {
  const [job] = await tx.select().from(jobs).where(eq(jobs.id, id)).for('update');
  return job;
}

export type JobEventRow = typeof jobEvents.$inferSelect;

/** An event as pages, streams and webhooks tell it. */
export const presentJobEvent = (row: JobEventRow): LoggedJobEvent =>
  ({ id: String(row.seq), type: row.type, data: row.data, at: row.at.toISOString() }) as LoggedJobEvent;

/** Appends to the log of a locked job, numbering on. */
export async function appendEvents(
  tx: Database,
  { id: jobId, projectId }: Pick<JobRow, 'id' | 'projectId'>,
  events: readonly JobEvent[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  const [last] = await tx
    .select({ seq: max(jobEvents.seq) })
    .from(jobEvents)
    .where(eq(jobEvents.jobId, jobId));
  const first = (last?.seq ?? 0) + 1;
  const rows = events.map((event, i) => ({ jobId, seq: first + i, at, ...event }));
  await tx.insert(jobEvents).values(rows);
  await announce(tx, projectId, rows.map(webhookOf), at);
}

const webhookOf = (row: JobEventRow) =>
  ({
    type: `job.${row.type}`,
    timestamp: row.at.toISOString(),
    data: { job: row.jobId, event: presentJobEvent(row) },
  }) as WebhookEvent;

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
  const worked = workedMs(job, at);
  await recordWork(tx, job, worked, at);
  const [moved] = await tx
    .update(jobs)
    .set({ workedMs: worked, ...changes, state })
    .where(eq(jobs.id, job.id))
    .returning();
  const { attempt, error } = moved as JobRow;
  await appendEvents(tx, job, [{ type: 'state', data: { state, attempt, ...(error && { error }) } }], at);
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
