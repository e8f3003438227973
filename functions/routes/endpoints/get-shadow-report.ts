import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { type ShadowReport, shadowReports } from '../../use-cases/endpoints/shadow-report.ts';
import { endpointParam } from './asking.ts';

const shadowReportSchema = z
  .object({
    /** One for every version that was a shadow, newest first. */
    data: z.array(
      z.object({
        shadow_version: z.number().int(),
        requests: z.number().int(),
        completions: z.number().int(),
        /** Of the shadow's normalised scores over those that were answered. */
        mean_difference: z.number(),
        largest_difference: z.number(),
        /** Items with several completions, */
        choices: z.number().int(),
        /** and those of which both versions prefer the same completion. */
        same_preferred: z.number().int(),
      }),
    ),
  })
  .openapi('ShadowReport');

const present = (report: ShadowReport) => ({
  shadow_version: report.shadowVersion,
  requests: report.requests,
  completions: report.completions,
  mean_difference: report.meanDifference,
  largest_difference: report.largestDifference,
  choices: report.choices,
  same_preferred: report.samePreferred,
});

const route = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}/shadow',
  operationId: 'endpoints.shadow',
  tags: ['endpoints'],
  summary: 'Sum up how a shadow differs from what was answered',
  ...secured('endpoints:read'),
  request: { params: endpointParam },
  responses: { 200: json(shadowReportSchema, 'Over the newest 1,000 requests.') },
});

export const registerGetShadowReport = (app: App) =>
  app.openapi(route, async (c) => {
    const reports = await shadowReports(c.get('context'), c.get('caller').projectId, c.req.valid('param').id);
    return c.json({ data: reports.map(present) }, 200);
  });
