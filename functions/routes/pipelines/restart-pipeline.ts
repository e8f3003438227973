import { createRoute, z } from '@hono/zod-openapi';
import { pipelineStage } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { restartPipeline } from '../../use-cases/pipelines/restart-pipeline.ts';
import { pipelineSchema, showPipeline } from './pipeline-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/pipelines/{id}/restart',
  operationId: 'pipelines.restart',
  tags: ['pipelines'],
  summary: 'Begin a pipeline again at one of its stages',
  description: 'The stages before it stand; those behind it follow anew.',
  ...secured('jobs:write'),
  request: {
    params: idParam,
    headers: idempotencyKey,
    query: z.object({
      stage: pipelineStage.optional().openapi({ description: 'Left out: the first that has not succeeded.' }),
    }),
  },
  responses: {
    202: json(pipelineSchema, 'The pipeline, that stage queued.'),
    409: problem('A stage is under way, or one before that stage has not succeeded.'),
  },
});

export const registerRestartPipeline = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { stage } = c.req.valid('query');
    const pipeline = await once(c, '', async (within) =>
      showPipeline(within, await restartPipeline(within, projectId, c.req.valid('param').id, stage)),
    );
    return c.json(pipeline, 202);
  });
