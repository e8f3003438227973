import { type JobSpec, newId, Problem } from '@laurel/contracts';
import { jobs, launches } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { addUsage } from '../../usage/add-usage.ts';
import { checkQuota } from '../quotas/check-quota.ts';
import { checkInputs } from './check-inputs.ts';
import { expectedFlops } from './estimate-job.ts';
import { appendEvents, type JobRow } from './job-log.ts';
import { resolveSpec } from './resolve-spec.ts';

/**
 * Queues a job: the job and its row in the outbox, together. To be called within a transaction.
 *
 * @throws {Problem} 422 and 409 as `checkInputs`; 422 for a cap on a cost that nobody knows; as `checkQuota`
 */
export async function createJob(
  context: Context,
  projectId: string,
  requested: JobSpec,
  pipeline: Pick<JobRow, 'pipelineId' | 'pipelineStage'> = { pipelineId: null, pipelineStage: null },
): Promise<JobRow> {
  const { db, now } = context;
  const spec = await resolveSpec(context, projectId, requested);
  if (spec.max_cost_usd !== undefined) checkPrice(context);
  await checkInputs(context, projectId, spec);
  const id = newId('job');
  const { type, priority = 0, tags = [] } = spec;
  const estimatedFlops = await expectedFlops(context, projectId, spec);
  // Behind all that is read: other requests wait for what it locks until the transaction ends.
  await checkQuota(context, projectId, { live_jobs: 1, jobs_per_day: 1, stored_bytes: 1 });
  const [job] = await db
    .insert(jobs)
    .values({ id, projectId, type, spec, priority, tags, estimatedFlops, ...pipeline })
    .returning();
  await addUsage(db, now(), [{ projectId, measure: 'jobs', amount: 1 }]);
  await db.insert(launches).values({ jobId: id, dueAt: now() });
  await appendEvents(db, { id, projectId }, [{ type: 'state', data: { state: 'queued', attempt: 0 } }], now());
  return job as JobRow;
}

function checkPrice({ worker: { usdPerHour } }: Context): void {
  if (usdPerHour > 0) return;
  const detail =
    'What a worker costs is not known here: leave max_cost_usd out, or start the server with LAUREL_WORKER_USD_PER_HOUR.';
  const errors = [{ pointer: '/max_cost_usd', code: 'unknown_price', detail }];
  throw new Problem(422, 'unknown_price', detail, { errors });
}
