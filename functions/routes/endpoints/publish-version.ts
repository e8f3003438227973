import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json, jsonBody, problems } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { publishVersion } from '../../use-cases/endpoints/publish-version.ts';
import { endpointVersionSchema, presentEndpointVersion } from './endpoint-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/versions',
  operationId: 'endpoints.publish',
  tags: ['endpoints'],
  summary: 'Add a version to an endpoint and make it live',
  ...secured('endpoints:write'),
  request: { params: idParam, body: jsonBody(z.strictObject({ model_version: z.string().max(64) })) },
  responses: { 201: json(endpointVersionSchema, 'The version, live.'), ...problems },
});

export const registerPublishVersion = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { model_version } = c.req.valid('json');
    const version = await publishVersion(c.get('context'), projectId, c.req.valid('param').id, model_version);
    return c.json(presentEndpointVersion(version), 201);
  });
