import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds } from '../../http/example-ids.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { estimateJob } from '../../use-cases/jobs/estimate-job.ts';
import { jobSpecSchema } from './job-schema.ts';

const range = z.object({ expected: z.number(), low: z.number(), high: z.number() });

const estimateSchema = z
  .object({
    /** Read or written by a model, each pass over the data counted. */
    tokens: range,
    flops: range,
    duration_seconds: range,
    /** null where the server does not know what a worker costs. */
    cost_usd: range.nullable(),
    /** Whether the pace is that of earlier jobs of this type, or what such a machine usually reaches. */
    basis: z.enum(['measured', 'assumed']),
  })
  .openapi('JobEstimate');

const route = createRoute({
  method: 'post',
  path: '/v1/job-estimates',
  operationId: 'jobs.estimate',
  tags: ['jobs'],
  summary: 'Tell what a job would take, without starting it',
  ...secured('jobs:read'),
  request: {
    body: jsonBody(jobSpecSchema, {
      pretrain: {
        type: 'pretrain',
        output_model: 'base',
        dataset: exampleIds.text,
        architecture: { layers: 12, width: 768, heads: 12, context: 512 },
        vocabulary_size: 50_257,
      },
    }),
  },
  responses: {
    200: json(estimateSchema, 'Tokens, operations, time and cost, each from low to high.', {
      'before any such job has run': {
        tokens: { expected: 25_100_000, low: 22_590_000, high: 27_610_000 },
        flops: { expected: 3.1e16, low: 2.8e16, high: 3.4e16 },
        duration_seconds: { expected: 1030, low: 260, high: 4130 },
        cost_usd: { expected: 0.29, low: 0.07, high: 1.15 },
        basis: 'assumed',
      },
    }),
    409: problem('A dataset that it names is not ready.'),
  },
});

export const registerEstimateJob = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { tokens, flops, durationSeconds, costUsd, basis } = await estimateJob(
      c.get('context'),
      projectId,
      c.req.valid('json'),
    );
    return c.json({ tokens, flops, duration_seconds: durationSeconds, cost_usd: costUsd, basis }, 200);
  });
