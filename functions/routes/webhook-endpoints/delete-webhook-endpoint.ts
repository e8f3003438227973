import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { deleteWebhookEndpoint } from '../../use-cases/webhooks/delete-webhook-endpoint.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/webhook-endpoints/{id}',
  operationId: 'webhookEndpoints.delete',
  tags: ['webhooks'],
  summary: 'Delete a webhook endpoint, with the log of its deliveries',
  ...secured('webhooks:write'),
  request: { params: idParam },
  responses: { 204: { description: 'It is told nothing any more.' } },
});

export const registerDeleteWebhookEndpoint = (app: App) =>
  app.openapi(route, async (c) => {
    await deleteWebhookEndpoint(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.body(null, 204);
  });
