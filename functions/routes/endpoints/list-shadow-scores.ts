import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { presentPage } from '../../http/present-page.ts';
import { json, pageOf, pageQuery, timestamp } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { listShadowScores, type ShadowScoreRow } from '../../use-cases/endpoints/shadow-report.ts';
import { endpointParam } from './asking.ts';

const shadowScoreSchema = z
  .object({
    id: z.string(),
    /** `x-request-id` of the answer that the shadow was compared with. */
    request: z.string(),
    answered_by: z.number().int(),
    shadow_version: z.number().int(),
    completions: z.number().int(),
    mean_difference: z.number(),
    largest_difference: z.number(),
    choices: z.number().int(),
    same_preferred: z.number().int(),
    created_at: timestamp,
  })
  .openapi('ShadowScore');

const present = (row: ShadowScoreRow): z.input<typeof shadowScoreSchema> => ({
  id: row.id,
  request: row.requestId,
  answered_by: row.answeredBy,
  shadow_version: row.shadowVersion,
  completions: row.completions,
  mean_difference: row.meanDifference,
  largest_difference: row.largestDifference,
  choices: row.choices,
  same_preferred: row.samePreferred,
  created_at: row.createdAt.toISOString(),
});

const route = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}/shadow-scores',
  operationId: 'endpoints.shadowScores',
  tags: ['endpoints'],
  summary: 'List how a shadow scored what was answered',
  description: 'One row a request, the newest 1,000; under load some requests are left out.',
  ...secured('endpoints:read'),
  request: { params: endpointParam, query: pageQuery },
  responses: { 200: json(pageOf(shadowScoreSchema), 'Newest first.') },
});

export const registerListShadowScores = (app: App) =>
  app.openapi(route, async (c) => {
    const { projectId } = c.get('caller');
    const page = await listShadowScores(c.get('context'), projectId, c.req.valid('param').id, c.req.valid('query'));
    return c.json(presentPage(page, present), 200);
  });
