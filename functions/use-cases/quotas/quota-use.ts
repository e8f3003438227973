import { type Quota, type QuotaMeasure, quota, TOKEN_MEASURES, type UsageMeasure } from '@laurel/contracts';
import { jobs, projects, usage } from '@laurel/storage';
import { and, eq, inArray, sum } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { dayOf } from '../../usage/add-usage.ts';
import { LIVE_STATES } from '../jobs/live-states.ts';
import { storedBytes } from './stored-bytes.ts';

type Meters = Pick<Context, 'db' | 'now' | 'usage'>;

export const NO_LIMITS: Quota = quota.parse({});

/** How much a project uses of what its quota limits. */
export const usedOf: Record<QuotaMeasure, (context: Meters, projectId: string) => Promise<number>> = {
  stored_bytes: storedBytes,
  live_jobs: ({ db }, projectId) =>
    db.$count(jobs, and(eq(jobs.projectId, projectId), inArray(jobs.state, LIVE_STATES))),
  jobs_per_day: (context, projectId) => usedToday(context, projectId, ['jobs']),
  tokens_per_day: (context, projectId) => usedToday(context, projectId, TOKEN_MEASURES),
};

async function usedToday(
  { db, now, usage: meter }: Meters,
  projectId: string,
  measures: readonly UsageMeasure[],
): Promise<number> {
  const [row] = await db
    .select({ amount: sum(usage.amount).mapWith(Number) })
    .from(usage)
    .where(and(eq(usage.projectId, projectId), eq(usage.day, dayOf(now())), inArray(usage.measure, [...measures])));
  return (row?.amount ?? 0) + meter.pending(projectId, measures);
}

/**
 * A project's quota. Within a transaction it is locked, so that of several requests that take of it at once none takes what another has
 * taken.
 */
export async function lockQuota({ db }: Pick<Context, 'db'>, projectId: string): Promise<Quota> {
  const own = eq(projects.id, projectId);
  const [project] = await db.select({ quota: projects.quota }).from(projects).where(own).for('no key update');
  return project?.quota ?? NO_LIMITS;
}
