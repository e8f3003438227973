import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { json, modelVersionParam, modelVersionReference } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { compareModelVersions } from '../../use-cases/models/compare-model-versions.ts';
import type { Difference } from '../../use-cases/models/differences.ts';

const MAX_DIFFERENCES = 500;

const differencesSchema = z
  .object({
    data: z.array(
      z.object({
        /** The member, as a JSON pointer. */
        pointer: z.string(),
        /** Its value, left out where there is none. */
        first: z.unknown().optional(),
        second: z.unknown().optional(),
      }),
    ),
    /** Whether there are more than are answered. */
    has_more: z.boolean(),
  })
  .openapi('Differences');

const comparisonSchema = z
  .object({
    first: z.string(),
    second: z.string(),
    /** What the jobs measured last, by name. */
    metrics: z.array(
      z.object({
        name: z.string(),
        first: z.number().nullable(),
        second: z.number().nullable(),
        /** Second less first; null where the two are not of the same quantity. */
        difference: z.number().nullable(),
        /** Null for what has none, such as a rate. */
        unit: z.string().nullable(),
        /** What it is where nothing was learnt, such as 0.5 for an accuracy; null where there is none. */
        baseline: z.number().nullable(),
      }),
    ),
    /** Of the models' config.json. */
    config: differencesSchema,
    /** Of what the jobs were asked to do, their datasets and parents among it. */
    spec: differencesSchema,
    /** Of the settings that were in force, with their defaults. */
    settings: differencesSchema,
  })
  .openapi('ModelVersionComparison');

export const comparisonParams = modelVersionParam.extend({ other: modelVersionReference });

const route = createRoute({
  method: 'get',
  path: '/v1/model-versions/{id}/comparison/{other}',
  operationId: 'modelVersions.compare',
  tags: ['models'],
  summary: 'Compare two model versions: metrics, config, settings',
  description:
    'Metrics of two jobs are only comparable where they were measured on the same data: `spec` says whether they were.',
  ...secured('models:read'),
  request: { params: comparisonParams },
  responses: { 200: json(comparisonSchema, 'What differs, from the first to the other.') },
});

export const registerCompareModelVersions = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, other } = c.req.valid('param');
    const compared = await compareModelVersions(c.get('context'), c.get('caller').projectId, [id, other]);
    const { first, second, metrics, config, spec, settings } = compared;
    const answer = {
      first: first.id,
      second: second.id,
      metrics: metrics.map(({ meaning, ...metric }) => ({ ...metric, ...meaning })),
      config: present(config),
      spec: present(spec),
      settings: present(settings),
    };
    return c.json(answer, 200);
  });

const present = (differences: readonly Difference[]) => ({
  data: differences.slice(0, MAX_DIFFERENCES),
  has_more: differences.length > MAX_DIFFERENCES,
});
