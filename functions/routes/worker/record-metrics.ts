import { createRoute } from '@hono/zod-openapi';
import { metricsReport } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { idParam, jsonBody } from '../../http/schemas.ts';
import { securedForWorker } from '../../http/secured-for-worker.ts';
import { recordMetrics } from '../../use-cases/jobs/record-metrics.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/worker/jobs/{id}/metrics',
  operationId: 'worker.metrics',
  tags: ['worker'],
  summary: "Keep points of the job's curves",
  ...securedForWorker,
  request: { params: idParam, body: jsonBody(metricsReport) },
  responses: { 204: { description: 'The points are kept.' } },
});

export const registerRecordMetrics = (app: App) =>
  app.openapi(route, async (c) => {
    await recordMetrics(c.get('context'), c.get('worker'), c.req.valid('json'));
    return c.body(null, 204);
  });
