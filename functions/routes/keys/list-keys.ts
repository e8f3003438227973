import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listKeys } from '../../use-cases/keys/list-keys.ts';
import { keySchema, presentKey } from './key-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/keys',
  operationId: 'keys.list',
  tags: ['keys'],
  summary: 'List API keys, without their secrets',
  description: "Those of the key's project; a key of the organisation sees those of all its projects.",
  ...secured('admin'),
  request: { query: pageQuery.extend({ project: z.string().max(64).optional() }) },
  responses: { 200: json(pageOf(keySchema), 'Keys, newest first.') },
});

export const registerListKeys = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listKeys(c.get('context'), c.get('caller'), c.req.valid('query'));
    return c.json(presentPage(page, presentKey), 200);
  });
