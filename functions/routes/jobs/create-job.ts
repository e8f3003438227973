import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { idempotent } from '../../use-cases/idempotent.ts';
import { createJob } from '../../use-cases/jobs/create-job.ts';
import { jobSchema, jobSpecSchema, showJob } from './job-schema.ts';

const POLL_AFTER_SECONDS = '1';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs',
  operationId: 'jobs.create',
  tags: ['jobs'],
  summary: 'Start a job',
  description:
    'The same Idempotency-Key with the same body answers with the job that was made (`Idempotent-Replayed: true`) ' +
    'for a day; with another body it is refused.',
  ...secured('jobs:write'),
  request: {
    headers: z.object({
      'idempotency-key': z.string('the header Idempotency-Key is required; send a new UUID').min(1).max(255),
    }),
    body: jsonBody(jobSpecSchema),
  },
  responses: { 202: json(jobSchema, 'The job, queued.'), 409: problem('A dataset that it names is not ready.') },
});

export const registerCreateJob = (app: App) =>
  app.openapi(route, async (c) => {
    const context = c.get('context');
    const { projectId } = c.get('caller');
    const spec = c.req.valid('json');
    const request = { projectId, key: c.req.valid('header')['idempotency-key'], content: JSON.stringify(spec) };
    const { answer, isReplay } = await idempotent(context.db, request, async (tx) => {
      const within = { ...context, db: tx };
      return showJob(within, await createJob(within, projectId, spec));
    });
    c.header('location', `/v1/jobs/${answer.id}`);
    c.header('retry-after', POLL_AFTER_SECONDS);
    if (isReplay) c.header('idempotent-replayed', 'true');
    return c.json(answer, 202);
  });
