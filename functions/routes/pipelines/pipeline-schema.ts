import { z } from '@hono/zod-openapi';
import { jobState, pipelineSpec, pipelineStage } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { named } from '../../http/named.ts';
import { timestamp } from '../../http/schemas.ts';
import type { PipelineRow } from '../../use-cases/pipelines/begin-stage.ts';
import { stagesOf, stateOf } from '../../use-cases/pipelines/pipeline-stages.ts';

export const pipelineSpecSchema = named(pipelineSpec, 'PipelineSpec');

export const pipelineSchema = z
  .object({
    id: z.string(),
    /** Where its last begun stage stands. */
    state: z.enum(['running', 'paused', 'succeeded', 'failed', 'cancelled']),
    spec: pipelineSpecSchema,
    stages: z.array(
      z.object({
        name: pipelineStage,
        /** The job's; `waiting` before there is one. */
        state: z.enum([...jobState.options, 'waiting']),
        job: z.string().nullable(),
        model_version: z.string().nullable(),
      }),
    ),
    created_at: timestamp,
  })
  .openapi('Pipeline');

type PresentedPipeline = z.output<typeof pipelineSchema>;

/** Whether no stage is under way and none follows by itself. */
export const isOver = ({ state }: PresentedPipeline): boolean => state !== 'running' && state !== 'paused';

/** A pipeline as the API answers it, with where its stages stand. */
export async function showPipeline(context: Context, row: PipelineRow): Promise<PresentedPipeline> {
  const stages = await stagesOf(context, row.projectId, row.id);
  return {
    id: row.id,
    state: stateOf(stages),
    spec: row.spec,
    stages: stages.map(({ stage, job }) => ({
      name: stage,
      state: job?.state ?? 'waiting',
      job: job?.id ?? null,
      model_version: job?.modelVersionId ?? null,
    })),
    created_at: row.createdAt.toISOString(),
  };
}
