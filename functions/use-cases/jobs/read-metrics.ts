import { jobMetrics } from '@laurel/storage';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { getJob } from './get-job.ts';

export type MetricRow = typeof jobMetrics.$inferSelect;

export interface MetricsRequest {
  name?: string | undefined;
  limit: number;
  /** The last point seen. */
  after?: { step: number; name: string } | undefined;
}

/** A job's curves, by step, then by name. @throws {Problem} 404 */
export async function readMetrics(
  context: Context,
  projectId: string,
  id: string,
  { name, limit, after }: MetricsRequest,
): Promise<{ rows: MetricRow[]; hasMore: boolean }> {
  await getJob(context, projectId, id);
  const rows = await context.db
    .select()
    .from(jobMetrics)
    .where(
      and(
        eq(jobMetrics.jobId, id),
        name === undefined ? undefined : eq(jobMetrics.name, name),
        after && sql`(${jobMetrics.step}, ${jobMetrics.name}) > (${after.step}, ${after.name})`,
      ),
    )
    .orderBy(asc(jobMetrics.step), asc(jobMetrics.name))
    .limit(limit + 1);
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}
