import type { Database } from '@laurel/storage';
import { hasReachedMaxCost, maxCostReached } from './cost-cap.ts';
import { endJob, type JobRow, moveJob } from './job-log.ts';

/** A pausing job has no worker any more: it is paused, or has failed if what it may cost was why. */
export const settlePause = (tx: Database, job: JobRow, at: Date, usdPerHour: number): Promise<JobRow> =>
  hasReachedMaxCost(job, at, usdPerHour)
    ? endJob(tx, job, 'failed', at, { error: maxCostReached(job) })
    : moveJob(tx, job, 'paused', at, { leaseExpiresAt: null, workerTokenHash: null });
