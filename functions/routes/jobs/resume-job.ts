import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { resumeJob } from '../../use-cases/jobs/resume-job.ts';
import { jobSchema, showJob } from './job-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/resume',
  operationId: 'jobs.resume',
  tags: ['jobs'],
  summary: 'Let a paused job go on from its checkpoint',
  ...secured('jobs:write'),
  request: { params: idParam },
  responses: { 202: json(jobSchema, 'The job, queued.'), 409: problem('The job is not paused.') },
});

export const registerResumeJob = (app: App) =>
  app.openapi(route, async (c) => {
    const job = await resumeJob(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(await showJob(c.get('context'), job), 202);
  });
