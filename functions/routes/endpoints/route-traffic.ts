import { createRoute } from '@hono/zod-openapi';
import { traffic } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { named } from '../../http/named.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { routeTraffic } from '../../use-cases/endpoints/route-traffic.ts';
import { endpointParam } from './asking.ts';
import { deploymentSchema, presentDeployment, presentEndpoint } from './endpoint-schema.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/endpoints/{id}/traffic',
  operationId: 'endpoints.route',
  tags: ['endpoints'],
  summary: 'Say which versions of an endpoint answer',
  description:
    'The live version, others that answer a share of the requests, and a shadow whose scores are recorded and answered to nobody. ' +
    'All of it is replaced at once, and kept in the history. `If-Match` takes the ETag of the endpoint.',
  ...secured('endpoints:write'),
  request: {
    params: endpointParam,
    headers: ifMatchHeader,
    body: jsonBody(named(traffic, 'Traffic'), {
      'a tenth of the requests to the new version': { live: 1, split: [{ version: 2, share: 0.1 }] },
      'a version scores for the record': { live: 1, shadow: 2 },
    }),
  },
  responses: { 200: json(deploymentSchema, 'What answers from now on.') },
});

export const registerRouteTraffic = (app: App) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const isExpected = expected(c, presentEndpoint);
    const deployment = await routeTraffic(c.get('context'), c.get('caller'), id, c.req.valid('json'), isExpected);
    return c.json(presentDeployment(deployment), 200);
  });
