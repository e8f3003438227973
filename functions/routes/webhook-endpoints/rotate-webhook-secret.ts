import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { idParam, json, numberInText } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { rotateWebhookSecret } from '../../use-cases/webhooks/rotate-webhook-secret.ts';
import { presentWithSecret, webhookEndpointWithSecretSchema } from './webhook-endpoint-schema.ts';

const HOUR = 60 * 60;

const query = z.object({
  overlap_seconds: numberInText(
    z
      .number()
      .int()
      .min(0)
      .max(7 * 24 * HOUR),
  )
    .default(24 * HOUR)
    .openapi({ description: 'For how long the secret before signs too; 0 for one that has become known.' }),
});

const route = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints/{id}/rotate-secret',
  operationId: 'webhookEndpoints.rotateSecret',
  tags: ['webhooks'],
  summary: 'Give a webhook endpoint a new secret, which is shown this once',
  description:
    'Until the two no longer overlap each message has a signature by either, so that the receiver can change over at any moment. Of ' +
    'several rotations the last two secrets sign.',
  ...secured('webhooks:write'),
  request: { params: idParam, headers: idempotencyKey, query },
  responses: { 200: json(webhookEndpointWithSecretSchema, 'The endpoint and its new secret.') },
});

export const registerRotateWebhookSecret = (app: App) =>
  app.openapi(route, async (c) => {
    const { overlap_seconds: overlapSeconds } = c.req.valid('query');
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const endpoint = await once(c, '', async (within) =>
      presentWithSecret(await rotateWebhookSecret(within, projectId, id, overlapSeconds)),
    );
    return c.json(endpoint, 200);
  });
