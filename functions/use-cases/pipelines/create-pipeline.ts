import { newId, type PipelineSpec } from '@laurel/contracts';
import { pipelines } from '@laurel/storage';
import type { Context } from '../../context.ts';
import { findModelVersion } from '../models/get-model-version.ts';
import { beginStage, type PipelineRow } from './begin-stage.ts';
import { checkPipelineInputs } from './check-pipeline-inputs.ts';

/**
 * Queues the first stage of a pipeline, whose inputs are all there. Within a transaction.
 *
 * @throws {Problem} 422 naming each input that is wrong; 409 when a dataset is not ready yet
 */
export async function createPipeline(
  context: Context,
  projectId: string,
  requested: PipelineSpec,
): Promise<PipelineRow> {
  await checkPipelineInputs(context, projectId, requested);
  // What an alias stands for now, so that a restart begins with the same.
  const base = await findModelVersion(context, projectId, requested.base);
  const spec = { ...requested, base: base?.id ?? requested.base };
  const [pipeline] = await context.db
    .insert(pipelines)
    .values({ id: newId('pl'), projectId, spec })
    .returning();
  await beginStage(context, pipeline as PipelineRow, 'sft');
  return pipeline as PipelineRow;
}
