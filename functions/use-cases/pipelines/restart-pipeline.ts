import { type PipelineStage, Problem, pipelineStage } from '@laurel/contracts';
import { pipelines } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { beginStage, type PipelineRow } from './begin-stage.ts';
import { getPipeline } from './get-pipeline.ts';
import { liveStage, stagesOf } from './pipeline-stages.ts';

/**
 * Begins a pipeline again at one of its stages: those before it stand, those behind it follow anew. Without a stage, at the first one
 * that has not succeeded.
 *
 * @throws {Problem} 404; 409 while a stage is under way, or when the one before has not succeeded; 422 when an input is gone
 */
export function restartPipeline(
  context: Context,
  projectId: string,
  id: string,
  asked: PipelineStage | undefined,
): Promise<PipelineRow> {
  return context.db.transaction(async (tx) => {
    const within = { ...context, db: tx };
    const pipeline = await getPipeline(within, projectId, id);
    await tx.select().from(pipelines).where(eq(pipelines.id, id)).for('update'); // no stage begins meanwhile
    const stages = await stagesOf(within, projectId, id);
    const live = liveStage(stages);
    if (live) {
      const detail = `Stage ${live.pipelineStage} of ${id} is ${live.state} (${live.id}): cancel it, or let it end.`;
      throw new Problem(409, 'wrong_state', detail);
    }
    const firstOpen = stages.find(({ job }) => job?.state !== 'succeeded')?.stage;
    const stage = asked ?? firstOpen ?? 'sft';
    const before = stages[pipelineStage.options.indexOf(stage) - 1];
    if (before && before.job?.state !== 'succeeded') {
      throw new Problem(
        409,
        'wrong_state',
        `Stage ${before.stage} of ${id} has not succeeded: restart at that one first.`,
      );
    }
    await beginStage(within, pipeline, stage);
    return pipeline;
  });
}
