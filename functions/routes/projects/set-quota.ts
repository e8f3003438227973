import { createRoute } from '@hono/zod-openapi';
import { quota } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { named } from '../../http/named.ts';
import { idParam, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { setQuota } from '../../use-cases/quotas/set-quota.ts';
import { presentQuota, quotaUseSchema } from './quota-schema.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/projects/{id}/quota',
  operationId: 'projects.setQuota',
  tags: ['projects'],
  summary: 'Limit what a project may use',
  description:
    'In place of the limits before; what is left out or null is not limited. What is used already stays. A request beyond a limit is ' +
    'refused with `quota_exceeded`: 403 for storage, 429 with `Retry-After` for the others. Tokens are known when they are answered, so ' +
    'requests that are under way when the limit is reached are answered.',
  ...secured('organisation:admin'),
  request: { params: idParam, body: jsonBody(named(quota, 'Quota')) },
  responses: { 200: json(quotaUseSchema, 'Use and limits.') },
});

export const registerSetQuota = (app: App) =>
  app.openapi(route, async (c) => {
    const uses = await setQuota(c.get('context'), c.get('caller'), c.req.valid('param').id, c.req.valid('json'));
    return c.json(presentQuota(uses), 200);
  });
