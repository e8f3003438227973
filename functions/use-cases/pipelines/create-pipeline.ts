import { newId, type PipelineSpec } from '@laurel/contracts';
import { pipelines } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { beginStage, type PipelineRow } from './begin-stage.ts';
import { checkPipelineInputs } from './check-pipeline-inputs.ts';

/**
 * Queues the first stage of a pipeline, whose inputs are all there. Within a transaction.
 *
 * @throws {Problem} 422 naming each input that is wrong; 409 when a dataset is not ready yet
 */
export async function createPipeline(context: Context, projectId: string, spec: PipelineSpec): Promise<PipelineRow> {
  await checkPipelineInputs(context, projectId, spec);
  const [pipeline] = await context.db
    .insert(pipelines)
    .values({ id: newId('pl'), projectId, spec })
    .returning();
  await beginStage(context, pipeline as PipelineRow, 'sft');
  return pipeline as PipelineRow;
}
