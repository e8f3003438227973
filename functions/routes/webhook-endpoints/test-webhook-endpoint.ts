import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { pingWebhookEndpoint } from '../../use-cases/webhooks/ping-webhook-endpoint.ts';
import { presentWebhookDelivery, webhookDeliverySchema } from './webhook-endpoint-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints/{id}/test',
  operationId: 'webhookEndpoints.test',
  tags: ['webhooks'],
  summary: 'Send a webhook endpoint a ping',
  description: 'It is sent in a moment, like any other message; the log of deliveries says what came of it.',
  ...secured('webhooks:write'),
  request: { params: idParam, headers: idempotencyKey },
  responses: {
    202: json(webhookDeliverySchema, 'The ping, waiting to be sent.'),
    409: problem('The endpoint is disabled.'),
  },
});

export const registerTestWebhookEndpoint = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const delivery = await once(c, '', async (within) =>
      presentWebhookDelivery(await pingWebhookEndpoint(within, projectId, c.req.valid('param').id)),
    );
    return c.json(delivery, 202);
  });
