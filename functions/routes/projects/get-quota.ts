import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getQuota } from '../../use-cases/quotas/get-quota.ts';
import { presentQuota, quotaUseSchema } from './quota-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/projects/{id}/quota',
  operationId: 'projects.quota',
  tags: ['projects'],
  summary: 'Get what a project uses and what it may use',
  description:
    '`stored_bytes`: rows of datasets, uploaded models, and what jobs have brought; checkpoints are not counted. `live_jobs`: those that have ' +
    'not ended. What is counted by day begins anew at midnight UTC.',
  ...secured('usage:read'),
  request: { params: idParam },
  responses: { 200: json(quotaUseSchema, 'Use and limits; a limit of null is none.') },
});

export const registerGetQuota = (app: App) =>
  app.openapi(route, async (c) => {
    const uses = await getQuota(c.get('context'), c.get('caller'), c.req.valid('param').id);
    return c.json(presentQuota(uses), 200);
  });
