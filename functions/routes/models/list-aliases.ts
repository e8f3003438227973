import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listAliases } from '../../use-cases/models/list-aliases.ts';
import { aliasSchema, modelParam, presentAlias } from './model-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/aliases',
  operationId: 'models.aliases',
  tags: ['models'],
  summary: 'List what the aliases of a model stand for',
  ...secured('models:read'),
  request: { params: modelParam },
  responses: { 200: json(z.object({ data: z.array(aliasSchema) }), 'Aliases, by name; at most 100.') },
});

export const registerListAliases = (app: App) =>
  app.openapi(route, async (c) => {
    const moves = await listAliases(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json({ data: moves.map(presentAlias) }, 200);
  });
