import { createRoute } from '@hono/zod-openapi';
import { completion } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { idParam, jsonBody } from '../../http/schemas.ts';
import { securedForWorker } from '../../http/secured-for-worker.ts';
import { completeJob } from '../../use-cases/jobs/complete-job.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/worker/jobs/{id}/complete',
  operationId: 'worker.complete',
  tags: ['worker'],
  summary: 'End the job with its result',
  ...securedForWorker,
  request: { params: idParam, body: jsonBody(completion) },
  responses: { 204: { description: 'The job has succeeded.' } },
});

export const registerCompleteJob = (app: App) =>
  app.openapi(route, async (c) => {
    await completeJob(c.get('context'), c.get('worker'), c.req.valid('json'));
    return c.body(null, 204);
  });
