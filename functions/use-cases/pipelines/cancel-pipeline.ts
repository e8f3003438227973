import { Problem } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { cancelJob } from '../jobs/cancel-job.ts';
import type { PipelineRow } from './begin-stage.ts';
import { getPipeline } from './get-pipeline.ts';
import { liveStage, stagesOf } from './pipeline-stages.ts';

/** Cancels the stage that is under way, so that none follows. @throws {Problem} 404; 409 when none is under way */
export async function cancelPipeline(context: Context, projectId: string, id: string): Promise<PipelineRow> {
  const pipeline = await getPipeline(context, projectId, id);
  const live = liveStage(await stagesOf(context, projectId, id));
  if (!live) throw new Problem(409, 'wrong_state', `No stage of ${id} is under way, so there is nothing to cancel.`);
  await cancelJob(context, projectId, live.id);
  return pipeline;
}
