import { Problem } from '@laurel/contracts';
import { jobs } from '@laurel/storage';
import { and, eq, inArray } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { checkQuota } from '../quotas/check-quota.ts';
import { checkInputs } from './check-inputs.ts';
import { modelsOf } from './job-inputs.ts';
import { type JobRow, lockJob } from './job-log.ts';
import { LIVE_STATES } from './live-states.ts';
import { queueAgain } from './queue-again.ts';

/**
 * Queues a job again that failed or was cancelled, from its last checkpoint on.
 *
 * @param maxCostUsd instead of what its spec says
 * @throws {Problem} 404; 409 when it has not failed nor been cancelled, or another job reads one of its checkpoints; 422 when
 *   something that it needs is gone; as `checkQuota`
 */
export function retryJob(
  context: Context,
  projectId: string,
  id: string,
  maxCostUsd: number | undefined,
): Promise<JobRow> {
  const { db, artifacts, now } = context;
  return db.transaction(async (tx) => {
    const job = await lockJob(tx, id);
    if (job?.projectId !== projectId) throw notFound('job', id);
    if (job.state !== 'failed' && job.state !== 'cancelled') {
      throw new Problem(
        409,
        'wrong_state',
        `Job ${id} is ${job.state}; only one that failed or was cancelled is retried.`,
      );
    }
    const live = await tx
      .select({ id: jobs.id, spec: jobs.spec })
      .from(jobs)
      .where(and(eq(jobs.projectId, projectId), inArray(jobs.state, LIVE_STATES)));
    const reader = live.find(({ spec }) => modelsOf(spec).some((input) => input.id.startsWith(`${id}/`)));
    if (reader) {
      const detail = `Job ${reader.id} starts from a checkpoint of ${id}, which would be written over; let it end first.`;
      throw new Problem(409, 'checkpoint_in_use', detail);
    }
    const spec = maxCostUsd === undefined ? job.spec : { ...job.spec, max_cost_usd: maxCostUsd };
    await checkInputs({ db: tx, artifacts }, projectId, spec);
    await checkQuota({ ...context, db: tx }, projectId, { live_jobs: 1 });
    return queueAgain(tx, job, now(), { spec });
  });
}
