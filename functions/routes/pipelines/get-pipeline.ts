import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { awaited, preferHeader } from '../../http/prefer-wait.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getPipeline } from '../../use-cases/pipelines/get-pipeline.ts';
import { isOver, pipelineSchema, showPipeline } from './pipeline-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/pipelines/{id}',
  operationId: 'pipelines.get',
  tags: ['pipelines'],
  summary: 'Get a pipeline and where its stages stand',
  ...secured('jobs:read'),
  request: { params: idParam, headers: preferHeader },
  responses: { 200: json(pipelineSchema, 'The pipeline.') },
});

export const registerGetPipeline = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const read = async () => showPipeline(context, await getPipeline(context, projectId, c.req.valid('param').id));
    return c.json(await awaited(c, await read(), read, isOver), 200);
  });
