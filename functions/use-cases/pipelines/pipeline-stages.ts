import { hasEnded, type JobState, type PipelineStage, pipelineStage } from '@laurel/contracts';
import { jobs } from '@laurel/storage';
import { and, asc, eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { JobRow } from '../jobs/job-log.ts';

/** A stage and the job that it is now; null before there is one. */
export interface StageOf {
  stage: PipelineStage;
  job: JobRow | null;
}

export type PipelineState = 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

/**
 * The stages of a pipeline, in order. Of several jobs of one stage the latest counts, and only while it is later than that of the stage
 * before: when a stage was begun again, what followed from its old result counts no more.
 */
export async function stagesOf({ db }: Pick<Context, 'db'>, projectId: string, pipelineId: string): Promise<StageOf[]> {
  const rows = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.projectId, projectId), eq(jobs.pipelineId, pipelineId)))
    .orderBy(asc(jobs.id));
  const stages: StageOf[] = [];
  for (const stage of pipelineStage.options) {
    const latest = rows.findLast((job) => job.pipelineStage === stage) ?? null;
    const before = stages.at(-1);
    const counts = latest && (!before || (before.job && latest.id > before.job.id));
    stages.push({ stage, job: counts ? latest : null });
  }
  return stages;
}

/**
 * Where a pipeline as a whole stands: where its last begun stage does. The next one is begun in the transaction that ends it, so a stage
 * that has succeeded without a successor had none whose inputs were there.
 */
export function stateOf(stages: readonly StageOf[]): PipelineState {
  const last = stages.findLast(({ job }) => job !== null);
  const state: JobState = last?.job?.state ?? 'queued';
  if (state === 'succeeded') return last === stages.at(-1) ? 'succeeded' : 'failed';
  if (state === 'failed' || state === 'cancelled' || state === 'paused') return state;
  return 'running';
}

/** The stage that is under way. */
export const liveStage = (stages: readonly StageOf[]): JobRow | null =>
  stages.find(({ job }) => job !== null && !hasEnded(job.state))?.job ?? null;
