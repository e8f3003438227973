import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getEndpoint } from '../../use-cases/endpoints/get-endpoint.ts';
import { endpointParam } from './asking.ts';
import { endpointSchema, presentEndpoint } from './endpoint-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}',
  operationId: 'endpoints.get',
  tags: ['endpoints'],
  summary: 'Get an endpoint',
  ...secured('endpoints:read'),
  request: { params: endpointParam },
  responses: { 200: json(endpointSchema, 'The endpoint.') },
});

export const registerGetEndpoint = (app: App) =>
  app.openapi(route, async (c) => {
    const endpoint = await getEndpoint(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(presentEndpoint(endpoint), 200);
  });
