import { createRoute, z } from '@hono/zod-openapi';
import { MAX_INT32 } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { idParam, json, limitOf, numberInText, pageOf } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { downsampleMetrics, type MetricBucket } from '../../use-cases/jobs/downsample-metrics.ts';
import { type MetricRow, readMetrics } from '../../use-cases/jobs/read-metrics.ts';

const metric = z
  .object({
    /** `<step>/<name>`, to go on from. */
    id: z.string(),
    name: z.string(),
    step: z.number().int(),
    /** Of a point that stands for several steps, their mean; `min` and `max` are then the lowest and the highest. */
    value: z.number(),
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .openapi('JobMetric');

const presentMetric = ({ name, step, value }: Omit<MetricRow, 'jobId'>) => ({
  id: `${step}/${name}`,
  name,
  step,
  value,
});

const presentBucket = ({ name, step, value, min, max }: MetricBucket) => ({
  ...presentMetric({ name, step, value }),
  min,
  max,
});

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/metrics',
  operationId: 'jobs.metrics',
  tags: ['jobs'],
  summary: "Read a job's curves",
  ...secured('jobs:read'),
  request: {
    params: idParam,
    query: z.object({
      name: z.string().max(64).optional(),
      points: numberInText(z.number().int().min(2).max(2000)).optional().openapi({
        description: 'Answers each curve in at most so many points, all at once, instead of every step by pages.',
      }),
      limit: limitOf(10_000, 1000),
      after: z
        .string()
        .regex(/^\d{1,10}\/[\s\S]*$/, 'must be the last_id of the page before')
        .transform((id) => ({
          step: Math.min(Number.parseInt(id, 10), MAX_INT32),
          name: id.slice(id.indexOf('/') + 1),
        }))
        .optional(),
    }),
  },
  responses: { 200: json(pageOf(metric), 'Points, by step, then by name.') },
});

export const registerListMetrics = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const { points, ...query } = c.req.valid('query');
    if (points !== undefined) {
      const rows = await downsampleMetrics(c.get('context'), projectId, id, { name: query.name, points });
      return c.json(presentPage({ rows, hasMore: false }, presentBucket), 200);
    }
    const page = await readMetrics(c.get('context'), projectId, id, query);
    return c.json(presentPage(page, presentMetric), 200);
  });
