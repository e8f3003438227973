import { createRoute } from '@hono/zod-openapi';
import { hasEnded } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { once, requiredIdempotencyKey } from '../../http/once.ts';
import { awaited, preferHeader } from '../../http/prefer-wait.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { createJob } from '../../use-cases/jobs/create-job.ts';
import { getJob } from '../../use-cases/jobs/get-job.ts';
import { jobSchema, jobSpecSchema, showJob } from './job-schema.ts';

const POLL_AFTER_SECONDS = '1';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs',
  operationId: 'jobs.create',
  tags: ['jobs'],
  summary: 'Start a job',
  ...secured('jobs:write'),
  request: {
    headers: requiredIdempotencyKey.extend(preferHeader.shape),
    body: jsonBody(jobSpecSchema),
  },
  responses: {
    200: json(jobSchema, 'The job, which has ended while the request waited.'),
    202: json(jobSchema, 'The job, queued.'),
    409: problem('A dataset that it names is not ready.'),
  },
});

export const registerCreateJob = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const spec = c.req.valid('json');
    const made = await once(c, JSON.stringify(spec), async (within) =>
      showJob(within, await createJob(within, projectId, spec)),
    );
    c.header('location', `/v1/jobs/${made.id}`);
    const read = async () => showJob(context, await getJob(context, projectId, made.id));
    const job = await awaited(c, made, read, ({ state }) => hasEnded(state));
    if (hasEnded(job.state)) return c.json(job, 200);
    c.header('retry-after', POLL_AFTER_SECONDS);
    return c.json(job, 202);
  });
