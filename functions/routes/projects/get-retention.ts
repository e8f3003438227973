import { createRoute } from '@hono/zod-openapi';
import { retention } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { named } from '../../http/named.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getRetention } from '../../use-cases/retention/get-retention.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/projects/{id}/retention',
  operationId: 'projects.retention',
  tags: ['projects'],
  summary: 'Get after how many days what of a project goes',
  ...secured('usage:read'),
  request: { params: idParam },
  responses: { 200: json(named(retention, 'Retention'), 'Days; null for never.') },
});

export const registerGetRetention = (app: App) =>
  app.openapi(route, async (c) =>
    c.json(await getRetention(c.get('context'), c.get('caller'), c.req.valid('param').id), 200),
  );
