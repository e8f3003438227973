import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json, jsonBody, modelVersionReference } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { publishVersion } from '../../use-cases/endpoints/publish-version.ts';
import { endpointParam } from './asking.ts';
import { endpointVersionSchema, presentEndpointVersion } from './endpoint-schema.ts';

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
  description: 'The server has to come to the golden scores that were saved with the model first, to 0.001.',
  ...secured('endpoints:write'),
  request: { params: endpointParam, body: jsonBody(body) },
  responses: { 201: json(endpointVersionSchema, 'The version.') },
});

export const registerPublishVersion = (app: App) =>
  app.openapi(route, async (c) => {
    const { model_version: modelVersion, live: isLive } = c.req.valid('json');
    const { id } = c.req.valid('param');
    const version = await publishVersion(c.get('context'), c.get('caller'), id, { modelVersion, isLive });
    return c.json(presentEndpointVersion(version), 201);
  });
