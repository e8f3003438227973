import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { cancelJob } from '../../use-cases/jobs/cancel-job.ts';
import { jobSchema, showJob } from './job-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  operationId: 'jobs.cancel',
  tags: ['jobs'],
  summary: 'Cancel a job',
  ...secured('jobs:write'),
  request: { params: idParam },
  responses: {
    202: json(jobSchema, 'The job, cancelled, or cancelling until its worker has stopped.'),
    409: problem('The job is over.'),
  },
});

export const registerCancelJob = (app: App) =>
  app.openapi(route, async (c) => {
    const job = await cancelJob(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(await showJob(c.get('context'), job), 202);
  });
