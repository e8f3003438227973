import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getModel } from '../../use-cases/models/get-model.ts';
import { modelParam, modelSchema, presentModel } from './model-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}',
  operationId: 'models.get',
  tags: ['models'],
  summary: 'Get a model',
  ...secured('models:read'),
  request: { params: modelParam },
  responses: { 200: json(modelSchema, 'The model.') },
});

export const registerGetModel = (app: App) =>
  app.openapi(route, async (c) => {
    const model = await getModel(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(presentModel(model), 200);
  });
