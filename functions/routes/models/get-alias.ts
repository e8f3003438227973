import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getAlias } from '../../use-cases/models/list-aliases.ts';
import { aliasParam, aliasSchema, presentAlias } from './model-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/aliases/{alias}',
  operationId: 'models.alias',
  tags: ['models'],
  summary: 'Get what an alias stands for',
  ...secured('models:read'),
  request: { params: aliasParam },
  responses: { 200: json(aliasSchema, 'The move that it stands for now.') },
});

export const registerGetAlias = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, alias } = c.req.valid('param');
    return c.json(presentAlias(await getAlias(c.get('context'), c.get('caller').projectId, id, alias)), 200);
  });
