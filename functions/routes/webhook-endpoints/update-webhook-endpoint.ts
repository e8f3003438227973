import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { idParam, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { updateWebhookEndpoint } from '../../use-cases/webhooks/update-webhook-endpoint.ts';
import { presentWebhookEndpoint, webhookEndpointSchema, webhookSettings } from './webhook-endpoint-schema.ts';

const body = z.strictObject({ ...webhookSettings, enabled: z.boolean() }).partial();

const route = createRoute({
  method: 'patch',
  path: '/v1/webhook-endpoints/{id}',
  operationId: 'webhookEndpoints.update',
  tags: ['webhooks'],
  summary: 'Change a webhook endpoint',
  description:
    'What is left out stays as it is. While `enabled` is false nothing is sent: what waited to be sent goes on waiting, for a week at ' +
    'most, and what happens meanwhile is not kept.',
  ...secured('webhooks:write'),
  request: { params: idParam, headers: ifMatchHeader, body: jsonBody(body) },
  responses: { 200: json(webhookEndpointSchema, 'The endpoint as it is now.') },
});

export const registerUpdateWebhookEndpoint = (app: App) =>
  app.openapi(route, async (c) => {
    const { event_types: eventTypes, ...rest } = c.req.valid('json');
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const changes = { ...rest, eventTypes };
    const expect = expected(c, presentWebhookEndpoint);
    const endpoint = await updateWebhookEndpoint(c.get('context'), projectId, id, changes, expect);
    return c.json(presentWebhookEndpoint(endpoint), 200);
  });
