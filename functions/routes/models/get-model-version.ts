import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json, modelVersionParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getModelVersion } from '../../use-cases/models/get-model-version.ts';
import { modelVersionSchema, presentModelVersion } from './model-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/model-versions/{id}',
  operationId: 'modelVersions.get',
  tags: ['models'],
  summary: 'Get a model version',
  ...secured('models:read'),
  request: { params: modelVersionParam },
  responses: { 200: json(modelVersionSchema, 'The model version.') },
});

export const registerGetModelVersion = (app: App) =>
  app.openapi(route, async (c) => {
    const version = await getModelVersion(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(presentModelVersion(version), 200);
  });
