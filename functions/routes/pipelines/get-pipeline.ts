import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getPipeline } from '../../use-cases/pipelines/get-pipeline.ts';
import { pipelineSchema, showPipeline } from './pipeline-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/pipelines/{id}',
  operationId: 'pipelines.get',
  tags: ['pipelines'],
  summary: 'Get a pipeline and where its stages stand',
  ...secured('jobs:read'),
  request: { params: idParam },
  responses: { 200: json(pipelineSchema, 'The pipeline.') },
});

export const registerGetPipeline = (app: App) =>
  app.openapi(route, async (c) => {
    const pipeline = await getPipeline(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(await showPipeline(c.get('context'), pipeline), 200);
  });
