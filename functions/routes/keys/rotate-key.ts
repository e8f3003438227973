import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { idParam, json, numberInText } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { rotateKey } from '../../use-cases/keys/rotate-key.ts';
import { createdKeySchema, presentKey } from './key-schema.ts';

const DAY_SECONDS = 24 * 60 * 60;

const route = createRoute({
  method: 'post',
  path: '/v1/keys/{id}/rotate',
  operationId: 'keys.rotate',
  tags: ['keys'],
  summary: 'Give an API key a new secret, which is shown this once',
  ...secured('admin'),
  request: {
    params: idParam,
    headers: idempotencyKey,
    query: z.object({
      overlap_seconds: numberInText(
        z
          .number()
          .int()
          .min(0)
          .max(30 * DAY_SECONDS),
      )
        .default(DAY_SECONDS)
        .openapi({ description: 'How long the old secret is taken beside the new one; 0 ends it at once.' }),
    }),
  },
  responses: {
    200: json(createdKeySchema, 'The key and its new secret.'),
    409: problem('The key was revoked, or has expired.'),
  },
});

export const registerRotateKey = (app: App) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const { overlap_seconds: overlap } = c.req.valid('query');
    const made = await once(c, '', async (within) => {
      const { key, secret } = await rotateKey(within, c.get('caller'), id, overlap);
      return { ...presentKey(key), secret };
    });
    return c.json(made, 200);
  });
