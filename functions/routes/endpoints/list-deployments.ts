import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listDeployments } from '../../use-cases/endpoints/list-deployments.ts';
import { endpointParam } from './asking.ts';
import { deploymentSchema, presentDeployment } from './endpoint-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}/deployments',
  operationId: 'endpoints.deployments',
  tags: ['endpoints'],
  summary: 'Read which versions of an endpoint answered when',
  ...secured('endpoints:read'),
  request: { params: endpointParam, query: pageQuery },
  responses: { 200: json(pageOf(deploymentSchema), 'Deployments, newest first; none is ever changed.') },
});

export const registerListDeployments = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const page = await listDeployments(c.get('context'), projectId, c.req.valid('param').id, c.req.valid('query'));
    return c.json(presentPage(page, presentDeployment), 200);
  });
