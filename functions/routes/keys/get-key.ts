import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getKey } from '../../use-cases/keys/get-key.ts';
import { keySchema, presentKey } from './key-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/keys/{id}',
  operationId: 'keys.get',
  tags: ['keys'],
  summary: 'Get an API key, without its secret',
  ...secured('admin'),
  request: { params: idParam },
  responses: { 200: json(keySchema, 'The key.') },
});

export const registerGetKey = (app: App) =>
  app.openapi(route, async (c) =>
    c.json(presentKey(await getKey(c.get('context'), c.get('caller'), c.req.valid('param').id)), 200),
  );
