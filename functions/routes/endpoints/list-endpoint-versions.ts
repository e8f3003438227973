import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listEndpointVersions } from '../../use-cases/endpoints/list-endpoint-versions.ts';
import { endpointParam } from './asking.ts';
import { endpointVersionSchema, presentEndpointVersion } from './endpoint-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}/versions',
  operationId: 'endpoints.versions',
  tags: ['endpoints'],
  summary: 'List the versions of an endpoint',
  ...secured('endpoints:read'),
  request: { params: endpointParam, query: pageQuery },
  responses: { 200: json(pageOf(endpointVersionSchema), 'Versions, newest first.') },
});

export const registerListEndpointVersions = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const page = await listEndpointVersions(c.get('context'), projectId, id, c.req.valid('query'));
    return c.json(presentPage(page, presentEndpointVersion), 200);
  });
