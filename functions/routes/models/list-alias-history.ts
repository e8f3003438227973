import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { aliasHistory } from '../../use-cases/models/list-aliases.ts';
import { aliasParam, aliasSchema, presentAlias } from './model-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/aliases/{alias}/history',
  operationId: 'models.aliasHistory',
  tags: ['models'],
  summary: 'List what an alias has stood for, and why',
  ...secured('models:read'),
  request: { params: aliasParam, query: pageQuery },
  responses: { 200: json(pageOf(aliasSchema), 'What it stood for, newest first.') },
});

export const registerListAliasHistory = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, alias } = c.req.valid('param');
    const { projectId } = c.get('caller');
    const page = await aliasHistory(c.get('context'), projectId, id, alias, c.req.valid('query'));
    return c.json(presentPage(page, presentAlias), 200);
  });
