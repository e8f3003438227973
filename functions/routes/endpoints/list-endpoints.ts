import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listEndpoints } from '../../use-cases/endpoints/list-endpoints.ts';
import { endpointSchema, presentEndpoint } from './endpoint-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/endpoints',
  operationId: 'endpoints.list',
  tags: ['endpoints'],
  summary: 'List endpoints',
  ...secured('endpoints:read'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(endpointSchema), 'Endpoints, newest first.') },
});

export const registerListEndpoints = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listEndpoints(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    return c.json(presentPage(page, presentEndpoint), 200);
  });
