import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { cancelPipeline } from '../../use-cases/pipelines/cancel-pipeline.ts';
import { pipelineSchema, showPipeline } from './pipeline-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/pipelines/{id}/cancel',
  operationId: 'pipelines.cancel',
  tags: ['pipelines'],
  summary: 'Cancel the stage that is under way, so that none follows',
  ...secured('jobs:write'),
  request: { params: idParam },
  responses: { 202: json(pipelineSchema, 'The pipeline.'), 409: problem('No stage is under way.') },
});

export const registerCancelPipeline = (app: App) =>
  app.openapi(route, async (c) => {
    const pipeline = await cancelPipeline(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(await showPipeline(c.get('context'), pipeline), 202);
  });
