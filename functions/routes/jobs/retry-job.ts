import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { idempotencyKey, once } from '../../http/once.ts';
import { idParam, json, numberInText } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { retryJob } from '../../use-cases/jobs/retry-job.ts';
import { jobSchema, showJob } from './job-schema.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/retry',
  operationId: 'jobs.retry',
  tags: ['jobs'],
  summary: 'Take up again a job that failed or was cancelled, from its last checkpoint',
  ...secured('jobs:write'),
  request: {
    params: idParam,
    headers: idempotencyKey,
    query: z.object({
      max_cost_usd: numberInText(z.number().positive())
        .optional()
        .openapi({ description: 'Instead of what its spec says.' }),
    }),
  },
  responses: {
    202: json(jobSchema, 'The job, queued.'),
    409: problem('The job neither failed nor was cancelled, or another one reads its checkpoint.'),
  },
});

export const registerRetryJob = (app: App) =>
  app.openapi(route, async (c) => {
    const { max_cost_usd: maxCostUsd } = c.req.valid('query');
    const { projectId } = c.get('caller');
    const job = await once(c, '', async (within) =>
      showJob(within, await retryJob(within, projectId, c.req.valid('param').id, maxCostUsd)),
    );
    return c.json(job, 202);
  });
