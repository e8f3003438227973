import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { rollBack } from '../../use-cases/endpoints/roll-back.ts';
import { endpointParam } from './asking.ts';
import { deploymentSchema, presentDeployment, presentEndpoint } from './endpoint-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/rollback',
  operationId: 'endpoints.rollback',
  tags: ['endpoints'],
  summary: 'Go back to the version that was live before',
  description: 'It answers all requests. Again: the version before that. `If-Match` takes the ETag of the endpoint.',
  ...secured('endpoints:write'),
  request: { params: endpointParam, headers: idempotencyKey.extend(ifMatchHeader.shape) },
  responses: {
    200: json(deploymentSchema, 'What answers from now on.'),
    409: problem('No other version was live before.'),
  },
});

export const registerRollBack = (app: App) =>
  app.openapi(route, async (c) => {
    const deployment = await once(c, '', async (within) =>
      presentDeployment(await rollBack(within, c.get('caller'), c.req.valid('param').id, expected(c, presentEndpoint))),
    );
    return c.json(deployment, 200);
  });
