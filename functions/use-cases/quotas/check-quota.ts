import { Problem, QUOTA_UNITS, type QuotaMeasure } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { lockQuota, usedOf } from './quota-use.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** About when a job may have ended. */
const JOB_SECONDS = 60;

/**
 * Refuses what a project has no room for. Within the transaction that takes it.
 *
 * @param wanted how much more is to be taken of what; 0 where it has been taken already
 * @throws {Problem} 403 for storage, 429 for what comes back by itself
 */
export async function checkQuota(
  context: Pick<Context, 'db' | 'now' | 'usage'>,
  projectId: string,
  wanted: Partial<Record<QuotaMeasure, number>>,
): Promise<void> {
  const quota = await lockQuota(context, projectId);
  for (const [measure, amount] of Object.entries(wanted) as [QuotaMeasure, number][]) {
    const limit = quota[measure];
    if (limit === null) continue;
    const used = await usedOf[measure](context, projectId);
    if (used + amount > limit) throw quotaExceeded(context, measure, used, limit);
  }
}

const WAYS_OUT: Record<QuotaMeasure, string> = {
  stored_bytes: 'Delete datasets',
  live_jobs: 'Let a job end or cancel one',
  jobs_per_day: 'Wait for midnight UTC',
  tokens_per_day: 'Wait for midnight UTC',
};

export function quotaExceeded(
  { now }: Pick<Context, 'now'>,
  measure: QuotaMeasure,
  used: number,
  limit: number,
): Problem {
  const detail =
    `This project uses ${used} of the ${limit} ${QUOTA_UNITS[measure]} that its quota gives it (${measure}), and this would be more. ` +
    `${WAYS_OUT[measure]}, or have the organisation raise the quota.`;
  if (measure === 'stored_bytes') return new Problem(403, 'quota_exceeded', detail);
  const untilMidnight = Math.ceil((DAY_MS - (now().getTime() % DAY_MS)) / 1000);
  const retryAfterSeconds = measure === 'live_jobs' ? JOB_SECONDS : untilMidnight;
  return new Problem(429, 'quota_exceeded', detail, { retryAfterSeconds });
}
