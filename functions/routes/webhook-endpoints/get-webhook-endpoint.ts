import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getWebhookEndpoint } from '../../use-cases/webhooks/get-webhook-endpoint.ts';
import { presentWebhookEndpoint, webhookEndpointSchema } from './webhook-endpoint-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{id}',
  operationId: 'webhookEndpoints.get',
  tags: ['webhooks'],
  summary: 'Show a webhook endpoint, without its secret',
  ...secured('webhooks:read'),
  request: { params: idParam },
  responses: { 200: json(webhookEndpointSchema, 'The endpoint.') },
});

export const registerGetWebhookEndpoint = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const endpoint = await getWebhookEndpoint(c.get('context'), projectId, c.req.valid('param').id);
    return c.json(presentWebhookEndpoint(endpoint), 200);
  });
