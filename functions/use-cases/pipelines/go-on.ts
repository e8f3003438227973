import { Problem, pipelineStage } from '@laurel/contracts';
import { pipelines } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { JobRow } from '../jobs/job-log.ts';
import { beginStage } from './begin-stage.ts';
import { stagesOf } from './pipeline-stages.ts';

/**
 * Begins the stage behind one that has succeeded, in the transaction that ended it: neither a stage nor its successor can be lost alone.
 * A stage whose inputs are gone by now is not begun: its pipeline stays where it is, to be restarted.
 */
export async function goOn(context: Context, ended: JobRow): Promise<void> {
  const { db, log } = context;
  if (!ended.pipelineId || !ended.pipelineStage) return;
  const next = pipelineStage.options[pipelineStage.options.indexOf(ended.pipelineStage) + 1];
  if (!next) return;
  const [pipeline] = await db.select().from(pipelines).where(eq(pipelines.id, ended.pipelineId)).for('update');
  if (!pipeline) return;
  const stages = await stagesOf(context, pipeline.projectId, pipeline.id);
  const isCurrent = stages.some(({ job }) => job?.id === ended.id);
  if (!isCurrent) return; // an earlier stage was begun again meanwhile
  try {
    await beginStage(context, pipeline, next);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.warn({ pipelineId: pipeline.id, stage: next, code: error.code }, 'a stage could not be begun');
  }
}
