import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listModels } from '../../use-cases/models/list-models.ts';
import { modelSchema, presentModel } from './model-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models',
  operationId: 'models.list',
  tags: ['models'],
  summary: 'List models',
  ...secured('models:read'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(modelSchema), 'Models, newest first.') },
});

export const registerListModels = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listModels(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    return c.json(presentPage(page, presentModel), 200);
  });
