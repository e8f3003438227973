import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { givenTime, idParam, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { updateKey } from '../../use-cases/keys/update-key.ts';
import { keyName, keySchema, presentKey } from './key-schema.ts';

const body = z.strictObject({
  name: keyName.optional(),
  /** Null for none. */
  expires_at: givenTime.nullable().optional(),
});

const route = createRoute({
  method: 'patch',
  path: '/v1/keys/{id}',
  operationId: 'keys.update',
  tags: ['keys'],
  summary: "Change an API key's name or its end",
  ...secured('admin'),
  request: { params: idParam, headers: ifMatchHeader, body: jsonBody(body) },
  responses: { 200: json(keySchema, 'The key as it is now.') },
});

export const registerUpdateKey = (app: App) =>
  app.openapi(route, async (c) => {
    const { name, expires_at } = c.req.valid('json');
    const changes = { name, expiresAt: typeof expires_at === 'string' ? new Date(expires_at) : expires_at };
    const key = await updateKey(
      c.get('context'),
      c.get('caller'),
      c.req.valid('param').id,
      changes,
      expected(c, presentKey),
    );
    return c.json(presentKey(key), 200);
  });
