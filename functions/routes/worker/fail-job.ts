import { createRoute } from '@hono/zod-openapi';
import { failure } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { idParam, jsonBody } from '../../http/schemas.ts';
import { securedForWorker } from '../../http/secured-for-worker.ts';
import { failJob } from '../../use-cases/jobs/fail-job.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/worker/jobs/{id}/fail',
  operationId: 'worker.fail',
  tags: ['worker'],
  summary: 'Report that this attempt failed',
  ...securedForWorker,
  request: { params: idParam, body: jsonBody(failure) },
  responses: { 204: { description: 'The job has failed or is queued again.' } },
});

export const registerFailJob = (app: App) =>
  app.openapi(route, async (c) => {
    await failJob(c.get('context'), c.get('worker'), c.req.valid('json'));
    return c.body(null, 204);
  });
