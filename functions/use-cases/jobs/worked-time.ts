import { isWorking } from '@laurel/contracts';
import type { Database, jobs } from '@laurel/storage';
import { addUsage } from '../../usage/add-usage.ts';
import { LEASE_SECONDS } from './lease.ts';

const MS_PER_HOUR = 60 * 60 * 1000;

/** What a job's workers have taken up to a moment, milliseconds, all attempts together: up to the last sign of life, and since. */
export function workedMs(
  job: Pick<typeof jobs.$inferSelect, 'state' | 'workedMs' | 'leaseExpiresAt'>,
  at: Date,
): number {
  if (!isWorking(job.state) || !job.leaseExpiresAt) return job.workedMs;
  const lastHeardMs = job.leaseExpiresAt.getTime() - LEASE_SECONDS * 1000;
  return job.workedMs + Math.max(0, at.getTime() - lastHeardMs);
}

/** What that time costs. */
export const costUsd = (ms: number, workerUsdPerHour: number): number => (ms / MS_PER_HOUR) * workerUsdPerHour;

/** Counts what a job's workers have taken since it was counted last. */
export async function recordWork(
  tx: Database,
  job: Pick<typeof jobs.$inferSelect, 'projectId' | 'workedMs'>,
  worked: number,
  at: Date,
): Promise<void> {
  if (worked === job.workedMs) return;
  const amount = (worked - job.workedMs) / 1000;
  await addUsage(tx, at, [{ projectId: job.projectId, measure: 'worker_seconds', amount }]);
}
