import { jobMetrics } from '@laurel/storage';
import { and, asc, eq, max, min, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { getJob } from './get-job.ts';

/** The steps of a curve between two points of a plot. */
export interface MetricBucket {
  name: string;
  /** The last of them. */
  step: number;
  /** Mean, lowest and highest. */
  value: number;
  min: number;
  max: number;
  /** How many steps it stands for. */
  count: number;
}

/**
 * A job's curves in at most so many points each: the range of steps is cut into equal parts, and each part that has values is one
 * point, whose lowest and highest value keep spikes visible. @throws {Problem} 404
 */
export async function downsampleMetrics(
  context: Context,
  projectId: string,
  id: string,
  { name, points }: { name?: string | undefined; points: number },
): Promise<MetricBucket[]> {
  await getJob(context, projectId, id);
  const ofJob = and(eq(jobMetrics.jobId, id), name === undefined ? undefined : eq(jobMetrics.name, name));
  const [range] = await context.db
    .select({ first: min(jobMetrics.step), last: max(jobMetrics.step) })
    .from(jobMetrics)
    .where(ofJob);
  if (!range || range.first === null || range.last === null) return [];
  const stepsPerPoint = Math.max(1, Math.ceil((range.last - range.first + 1) / points));
  const part = sql`(${jobMetrics.step} - ${sql.raw(String(range.first))}) / ${sql.raw(String(stepsPerPoint))}`;
  return context.db
    .select({
      name: jobMetrics.name,
      step: sql<number>`max(${jobMetrics.step})::int`,
      value: sql<number>`avg(${jobMetrics.value})::float8`,
      min: sql<number>`min(${jobMetrics.value})::float8`,
      max: sql<number>`max(${jobMetrics.value})::float8`,
      count: sql<number>`count(*)::int`,
    })
    .from(jobMetrics)
    .where(ofJob)
    .groupBy(jobMetrics.name, part)
    .orderBy(asc(jobMetrics.name), asc(max(jobMetrics.step)));
}
