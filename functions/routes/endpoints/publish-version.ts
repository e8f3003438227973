import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { exampleIds } from '../../http/example-ids.ts';
import { idempotencyKey, onceKept } from '../../http/once.ts';
import { json, jsonBody, modelVersionReference } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { publishVersion } from '../../use-cases/endpoints/publish-version.ts';
import { endpointParam } from './asking.ts';
import { endpointVersionSchema, presentEndpoint, presentEndpointVersion } from './endpoint-schema.ts';

const body = z.strictObject({
  model_version: modelVersionReference,
  /** Answers all requests at once; otherwise none before it is given traffic. */
  live: z.boolean().default(true),
});

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/versions',
  operationId: 'endpoints.publish',
  tags: ['endpoints'],
  summary: 'Add a version to an endpoint and make it live',
  description:
    'The server has to come to the golden scores that were saved with the model first, to 0.001. `If-Match` takes the ETag of the endpoint.',
  ...secured('endpoints:write'),
  request: {
    params: endpointParam,
    headers: idempotencyKey.extend(ifMatchHeader.shape),
    body: jsonBody(body, { 'waits for its traffic': { model_version: exampleIds.rewardModel, live: false } }),
  },
  responses: { 201: json(endpointVersionSchema, 'The version.') },
});

export const registerPublishVersion = (app: App) =>
  app.openapi(route, async (c) => {
    const asked = c.req.valid('json');
    const wanted = { endpoint: c.req.valid('param').id, modelVersion: asked.model_version, isLive: asked.live };
    const version = await onceKept(c, JSON.stringify(asked), presentEndpointVersion, (keep) =>
      publishVersion(c.get('context'), c.get('caller'), wanted, keep, expected(c, presentEndpoint)),
    );
    return c.json(version, 201);
  });
