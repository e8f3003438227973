import { createRoute } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery, problems } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listJobs } from '../../use-cases/jobs/list-jobs.ts';
import { jobSchema, presentJob } from './job-schema.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/jobs',
  operationId: 'jobs.list',
  tags: ['jobs'],
  summary: 'List jobs',
  ...secured('jobs:read'),
  request: { query: pageQuery },
  responses: { 200: json(pageOf(jobSchema), 'Jobs, newest first.'), ...problems },
});

export const registerListJobs = (app: App) =>
  app.openapi(route, async (c) => {
    const page = await listJobs(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    return c.json(presentPage(page, presentJob), 200);
  });
