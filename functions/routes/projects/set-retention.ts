import { createRoute } from '@hono/zod-openapi';
import { type Retention, retention } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { expected, ifMatchHeader } from '../../http/etag.ts';
import { named } from '../../http/named.ts';
import { idParam, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { setRetention } from '../../use-cases/retention/set-retention.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/projects/{id}/retention',
  operationId: 'projects.setRetention',
  tags: ['projects'],
  summary: 'Say after how many days what of a project goes',
  description:
    'In place of the rules before; what is left out or null is kept for ever. Applied once an hour, and first an hour after they were set. ' +
    '`job_logs_days`: events, logs and curves of jobs, after their end; the jobs, their results, settings and last events stay. ' +
    '`shadow_scores_days`: what shadow versions of endpoints answered. `unused_datasets_days`: datasets that no job, pipeline, model ' +
    'version or later version of a dataset names, after they were ready; each leaves a receipt (`/v1/dataset-deletions`) and an entry in ' +
    'the audit log. `audit_days`: entries of the audit log.',
  ...secured('organisation:admin'),
  request: {
    params: idParam,
    headers: ifMatchHeader,
    body: jsonBody(named(retention, 'Retention')),
  },
  responses: { 200: json(named(retention, 'Retention'), 'The rules from now on.') },
});

export const registerSetRetention = (app: App) =>
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const present = (rules: Retention) => rules;
    const rules = await setRetention(c.get('context'), c.get('caller'), id, c.req.valid('json'), expected(c, present));
    return c.json(rules, 200);
  });
