import { createRoute } from '@hono/zod-openapi';
import { hasEnded } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { awaited, preferHeader } from '../../http/prefer-wait.ts';
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
  request: { params: idParam, headers: preferHeader },
  responses: { 200: json(jobSchema, 'The job.') },
});

export const registerGetJob = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const read = async () => showJob(context, await getJob(context, projectId, c.req.valid('param').id));
    return c.json(await awaited(c, await read(), read, ({ state }) => hasEnded(state)), 200);
  });
