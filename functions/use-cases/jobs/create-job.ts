import { type JobSpec, newId } from '@laurel/contracts';
import { jobs, launches } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { checkInputs } from './check-inputs.ts';
import { appendEvents, type JobRow } from './job-log.ts';

/**
 * Queues a job: the job and its row in the outbox, together. To be called within a transaction.
 *
 * @throws {Problem} 422 and 409 as `checkInputs`
 */
export async function createJob(
  context: Pick<Context, 'db' | 'now'>,
  projectId: string,
  spec: JobSpec,
): Promise<JobRow> {
  const { db, now } = context;
  await checkInputs(context, projectId, spec);
  const id = newId('job');
  const [job] = await db.insert(jobs).values({ id, projectId, type: spec.type, spec }).returning();
  await db.insert(launches).values({ jobId: id, dueAt: now() });
  await appendEvents(db, id, [{ type: 'state', data: { state: 'queued', attempt: 0 } }], now());
  return job as JobRow;
}
