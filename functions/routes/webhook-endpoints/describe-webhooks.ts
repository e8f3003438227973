import { z } from '@hono/zod-openapi';
import { webhookEvent } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { jsonBody } from '../../http/schemas.ts';

const headers = z.object({
  'webhook-id': z.string().openapi({ description: 'Names the message, the same each time that it is sent.' }),
  'webhook-timestamp': z.string().openapi({ description: 'When it was sent this time, in seconds since 1970.' }),
  'webhook-signature': z.string().openapi({
    description:
      '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; two of them, with a space between, while secrets overlap.',
  }),
});

/** Puts what webhook endpoints are told into the OpenAPI document, each type as an entry of `webhooks`. */
export function describeWebhooks({ openAPIRegistry }: App): void {
  for (const event of webhookEvent.options) {
    const type = event.shape.type.value;
    openAPIRegistry.registerWebhook({
      method: 'post',
      path: type,
      tags: ['webhooks'],
      summary: `Tell a webhook endpoint of ${type}`,
      request: { headers, body: jsonBody(event) },
      responses: {
        '2XX': { description: 'It arrived. Anything else is tried again for a day.' },
        410: { description: 'Nothing is to be sent here any more: the endpoint is disabled.' },
      },
    });
  }
}
