import type { Failure } from '@laurel/contracts';
import type { JobRow } from './job-log.ts';
import { costUsd, workedMs } from './worked-time.ts';

/** Whether a job's workers have cost what its spec allows. */
export const hasReachedMaxCost = (job: JobRow, at: Date, usdPerHour: number): boolean =>
  job.spec.max_cost_usd !== undefined && costUsd(workedMs(job, at), usdPerHour) >= job.spec.max_cost_usd;

export const maxCostReached = ({ id, spec }: JobRow): Failure => ({
  code: 'max_cost_reached',
  detail:
    `The job has cost its max_cost_usd of ${spec.max_cost_usd}. Its last checkpoint is kept: retry it with a higher max_cost_usd, ` +
    `or start another job from the checkpoint (GET /v1/jobs/${id}/checkpoints).`,
  retryable: false,
});
