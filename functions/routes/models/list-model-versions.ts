import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery, tagsQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listModelVersions } from '../../use-cases/models/list-model-versions.ts';
import { modelParam, modelVersionSchema, presentModelVersion } from './model-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/versions',
  operationId: 'models.versions',
  tags: ['models'],
  summary: 'List the versions of a model',
  ...secured('models:read'),
  request: { params: modelParam, query: pageQuery.extend({ tags: tagsQuery }) },
  responses: { 200: json(pageOf(modelVersionSchema), 'Versions, newest first.') },
});

export const registerListModelVersions = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const page = await listModelVersions(c.get('context'), projectId, id, c.req.valid('query'));
    return c.json(presentPage(page, presentModelVersion), 200);
  });
