import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { pauseJob } from '../../use-cases/jobs/pause-job.ts';
import { jobSchema, showJob } from './job-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/pause',
  operationId: 'jobs.pause',
  tags: ['jobs'],
  summary: 'Pause a job, which gives its place to another',
  ...secured('jobs:write'),
  request: { params: idParam },
  responses: {
    202: json(jobSchema, 'The job, paused, or pausing until its worker has left a checkpoint.'),
    409: problem('The job is over, or being cancelled.'),
  },
});

export const registerPauseJob = (app: App) =>
  app.openapi(route, async (c) => {
    const job = await pauseJob(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(await showJob(c.get('context'), job), 202);
  });
