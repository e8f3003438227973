import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { replayDelivery } from '../../use-cases/webhooks/replay-delivery.ts';
import { presentWebhookDelivery, webhookDeliverySchema } from './webhook-endpoint-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints/{id}/deliveries/{delivery}/replay',
  operationId: 'webhookEndpoints.replay',
  tags: ['webhooks'],
  summary: 'Send a delivery once more, whatever came of it',
  description:
    'It is sent under the same `webhook-id`, with a day of tries before it. What waits for its next try is sent now.',
  ...secured('webhooks:write'),
  request: { params: idParam.extend({ delivery: z.string().max(64) }), headers: idempotencyKey },
  responses: {
    202: json(webhookDeliverySchema, 'The delivery, waiting to be sent.'),
    409: problem('The endpoint is disabled.'),
  },
});

export const registerReplayDelivery = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, delivery } = c.req.valid('param');
    const replayed = await once(c, '', async (within) =>
      presentWebhookDelivery(await replayDelivery(within, c.get('caller').projectId, id, delivery)),
    );
    return c.json(replayed, 202);
  });
