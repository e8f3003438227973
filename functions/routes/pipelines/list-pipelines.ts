import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listPipelines } from '../../use-cases/pipelines/list-pipelines.ts';
import { pipelineSchema, showPipeline } from './pipeline-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/pipelines',
  operationId: 'pipelines.list',
  tags: ['pipelines'],
  summary: 'List pipelines',
  ...secured('jobs:read'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(pipelineSchema), 'Pipelines, newest first.') },
});

export const registerListPipelines = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { rows, hasMore } = await listPipelines(context, c.get('caller').projectId, c.req.valid('query'));
    const shown = await Promise.all(rows.map((row) => showPipeline(context, row)));
    return c.json(
      presentPage({ rows: shown, hasMore }, (pipeline) => pipeline),
      200,
    );
  });
