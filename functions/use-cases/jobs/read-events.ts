import { hasEnded, type JobEventType } from '@laurel/contracts';
import { jobEvents } from '@laurel/storage';
import { and, asc, eq, gt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { getJob } from './get-job.ts';
import type { JobEventRow } from './job-log.ts';

export interface EventBatch {
  rows: JobEventRow[];
  hasMore: boolean;
  /** The log will grow no further. */
  isComplete: boolean;
}

/** A job's log behind the event numbered `after`, in order. @throws {Problem} 404 */
export async function readEvents(
  context: Context,
  projectId: string,
  id: string,
  { limit, after, type }: { limit: number; after: number; type?: JobEventType | undefined },
): Promise<EventBatch> {
  const { state } = await getJob(context, projectId, id); // before the events, so that an ended job's are all there
  const rows = await context.db
    .select()
    .from(jobEvents)
    .where(and(eq(jobEvents.jobId, id), gt(jobEvents.seq, after), type && eq(jobEvents.type, type)))
    .orderBy(asc(jobEvents.seq))
    .limit(limit + 1);
  const hasMore = rows.length > limit;
  return { rows: rows.slice(0, limit), hasMore, isComplete: hasEnded(state) && !hasMore };
}
