import { createRoute } from '@hono/zod-openapi';
import { evaluationReport } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { named } from '../../http/named.ts';
import { idParam, json, problems } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { readReport } from '../../use-cases/jobs/read-report.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/report',
  operationId: 'jobs.report',
  tags: ['jobs'],
  summary: 'Get what an evaluation found',
  ...secured('jobs:read'),
  request: { params: idParam },
  responses: { 200: json(named(evaluationReport, 'EvaluationReport'), 'The report.'), ...problems },
});

export const registerGetReport = (app: App) =>
  app.openapi(route, async (c) =>
    c.json(await readReport(c.get('context'), c.get('caller').projectId, c.req.valid('param').id), 200),
  );
