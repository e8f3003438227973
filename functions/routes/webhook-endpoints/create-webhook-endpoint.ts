import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, onceKept } from '../../http/once.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createWebhookEndpoint } from '../../use-cases/webhooks/create-webhook-endpoint.ts';
import { presentWithSecret, webhookEndpointWithSecretSchema, webhookSettings } from './webhook-endpoint-schema.ts';

const body = z.strictObject({
  url: webhookSettings.url,
  description: webhookSettings.description.default(''),
  /** Null, or left out, for everything. */
  event_types: webhookSettings.event_types.default(null),
});

const route = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints',
  operationId: 'webhookEndpoints.create',
  tags: ['webhooks'],
  summary: 'Have a URL told what happens in the project',
  description:
    "Messages are those of this document's `webhooks`, signed by the Standard Webhooks scheme with the secret of the answer, which is " +
    'shown this once. The URL has to begin with https:// and to lead to public addresses only.',
  ...secured('webhooks:write'),
  request: { headers: idempotencyKey, body: jsonBody(body) },
  responses: {
    201: json(webhookEndpointWithSecretSchema, 'The endpoint and its secret.'),
    409: problem('The project has as many as it may.'),
  },
});

export const registerCreateWebhookEndpoint = (app: App) =>
  app.openapi(route, async (c) => {
    const asked = c.req.valid('json');
    const settings = { url: asked.url, description: asked.description, eventTypes: asked.event_types };
    const endpoint = await onceKept(c, JSON.stringify(asked), presentWithSecret, (keep) =>
      createWebhookEndpoint(c.get('context'), c.get('caller').projectId, settings, keep),
    );
    return c.json(endpoint, 201, { location: `/v1/webhook-endpoints/${endpoint.id}` });
  });
