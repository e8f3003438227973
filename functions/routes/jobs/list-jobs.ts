import { createRoute, z } from '@hono/zod-openapi';
import { jobState, jobTypes } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery, tagsQuery } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listJobs } from '../../use-cases/jobs/list-jobs.ts';
import { jobSchema, showJobs } from './job-schema.ts';

const filters = z.object({
  state: jobState.optional(),
  type: z.enum(jobTypes).optional(),
  tags: tagsQuery,
  pipeline: z.string().max(64).optional(),
});

const route = createRoute({
  method: 'get',
  path: '/v1/jobs',
  operationId: 'jobs.list',
  tags: ['jobs'],
  summary: 'List jobs',
  ...secured('jobs:read'),
  request: { query: pageQuery.extend(filters.shape) },
  responses: { 200: json(pageOf(jobSchema), 'Jobs, newest first.') },
});

export const registerListJobs = (app: App) =>
  app.openapi(route, async (c) => {
    const { rows, hasMore } = await listJobs(c.get('context'), c.get('caller').projectId, c.req.valid('query'));
    const shown = await showJobs(c.get('context'), rows);
    return c.json(
      presentPage({ rows: shown, hasMore }, (job) => job),
      200,
    );
  });
