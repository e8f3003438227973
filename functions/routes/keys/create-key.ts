import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { json, jsonBody, timestamp } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createKey } from '../../use-cases/keys/create-key.ts';
import { scope } from '../../use-cases/keys/scopes.ts';
import { createdKeySchema, presentKey } from './key-schema.ts';

const body = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(scope).min(1),
  expires_at: timestamp.optional(),
});

const route = createRoute({
  method: 'post',
  path: '/v1/keys',
  operationId: 'keys.create',
  tags: ['keys'],
  summary: 'Make an API key; its secret is shown this once',
  ...secured('admin'),
  request: { headers: idempotencyKey, body: jsonBody(body) },
  responses: { 201: json(createdKeySchema, 'The key and its secret.') },
});

export const registerCreateKey = (app: App) =>
  app.openapi(route, async (c) => {
    const asked = c.req.valid('json');
    const { name, scopes, expires_at } = asked;
    const expiresAt = expires_at ? new Date(expires_at) : undefined;
    const made = await once(c, JSON.stringify(asked), async (within) => {
      const { key, secret } = await createKey(within, c.get('caller').projectId, { name, scopes, expiresAt });
      return { ...presentKey(key), secret };
    });
    return c.json(made, 201);
  });
