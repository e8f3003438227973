import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { revokeKey } from '../../use-cases/keys/revoke-key.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  operationId: 'keys.revoke',
  tags: ['keys'],
  summary: 'Revoke an API key',
  ...secured('admin'),
  request: { params: idParam },
  responses: { 204: { description: 'The key opens nothing any more.' } },
});

export const registerRevokeKey = (app: App) =>
  app.openapi(route, async (c) => {
    await revokeKey(c.get('context'), c.get('caller'), c.req.valid('param').id);
    return c.body(null, 204);
  });
