import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { idParam, json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { getJob } from '../../use-cases/jobs/get-job.ts';
import { jobSchema, showJob } from './job-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  operationId: 'jobs.get',
  tags: ['jobs'],
  summary: 'Get a job',
  ...secured('jobs:read'),
  request: { params: idParam },
  responses: { 200: json(jobSchema, 'The job.') },
});

export const registerGetJob = (app: App) =>
  app.openapi(route, async (c) => {
    const job = await getJob(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json(await showJob(c.get('context'), job), 200);
  });
