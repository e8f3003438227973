import type { PipelineStage } from '@laurel/contracts';
import type { pipelines } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { createJob } from '../jobs/create-job.ts';
import type { JobRow } from '../jobs/job-log.ts';
import { costUsd } from '../jobs/worked-time.ts';
import { stagesOf } from './pipeline-stages.ts';
import type { StageModels } from './stage-spec.ts';
import { stageSpec } from './stage-spec.ts';

export type PipelineRow = typeof pipelines.$inferSelect;

/** The least that a stage may cost: a cap has to be above 0, and a job with less ends with its first heartbeat. */
const LEAST_CAP_USD = 1e-6;

/**
 * Queues a stage's job. Within a transaction.
 *
 * @throws {Problem} as `createJob`
 */
export async function beginStage(context: Context, pipeline: PipelineRow, stage: PipelineStage): Promise<JobRow> {
  const { id, projectId, spec } = pipeline;
  const stages = await stagesOf(context, projectId, id);
  const before = stages.slice(
    0,
    stages.findIndex((each) => each.stage === stage),
  );
  const models: StageModels = {};
  for (const { stage: name, job } of before) if (job?.modelVersionId) models[name] = job.modelVersionId;
  const job = stageSpec(stage, spec, models);
  const cap = spec.max_cost_usd;
  const spentMs = before.reduce((sum, { job: earlier }) => sum + (earlier?.workedMs ?? 0), 0);
  const left = cap === undefined ? undefined : cap - costUsd(spentMs, context.worker.usdPerHour);
  const capped = left === undefined ? job : { ...job, max_cost_usd: Math.max(LEAST_CAP_USD, left) };
  return createJob(context, projectId, capped, { pipelineId: id, pipelineStage: stage });
}
