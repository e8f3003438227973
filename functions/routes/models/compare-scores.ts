import { createRoute, z } from '@hono/zod-openapi';
import { share } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { named } from '../../http/named.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { compareScores } from '../../use-cases/models/compare-scores.ts';
import { comparisonParams } from './compare-model-versions.ts';

const body = z.strictObject({
  /** Of any kind whose rows have completions: comparisons, demonstrations, ratings, candidates. */
  dataset: z.string().max(64),
  /** Rows from all over the dataset, at most. */
  max_rows: z.number().int().min(1).max(1000).default(200),
});

const shareSchema = named(share, 'Share');

const answer = z
  .object({
    first: z.string(),
    second: z.string(),
    dataset: z.string(),
    rows: z.number().int(),
    completions: z.number().int(),
    /** Completions that one of the models read cut. */
    truncated: z.number().int(),
    /** Normalised scores: log-odds of being preferred to the references, which average 0 for both. Differences are second less first. */
    scores: z.object({
      /** Correlation, 1 for the same but for scale and zero, 0 for nothing in common; null where a model scores everything alike. */
      pearson: z.number().nullable(),
      /** The same of ranks. */
      spearman: z.number().nullable(),
      mean_difference: z.number(),
      root_mean_square_difference: z.number(),
      largest_difference: z.number(),
      /** Of each model's scores: what the differences are to be held against. */
      standard_deviation: z.object({ first: z.number(), second: z.number() }),
    }),
    /** Rows with several completions; null where there are none. */
    choices: z
      .object({
        /** Share of rows of which both prefer the same completion. */
        same_preferred: shareSchema,
        /** What that is for models that choose at random. */
        by_chance: z.number(),
      })
      .nullable(),
    /** Of comparisons, the share in which the chosen completion scores strictly higher; null for other datasets. */
    accuracy: z
      .object({
        first: shareSchema,
        second: shareSchema,
        /** Share in which the longer completion, in characters, was chosen: the baseline to beat. */
        longer_wins: shareSchema,
        by_chance: z.number(),
        /** Comparisons that one of the two alone gets right. */
        only_first: z.number().int(),
        only_second: z.number().int(),
        /** Of so large a difference between those if both were equally accurate (McNemar's test, exact, two-sided). */
        p_value: z.number(),
      })
      .nullable(),
  })
  .openapi('ScoreComparison');

const route = createRoute({
  method: 'post',
  path: '/v1/model-versions/{id}/comparison/{other}/scores',
  operationId: 'modelVersions.compareScores',
  tags: ['models'],
  summary: 'Compare two reward models by what they score on a dataset',
  description:
    'Up to `max_rows` rows from all over the dataset, and 4096 completions, are scored by both while the caller waits; `bulk_score` jobs score all of it.',
  ...secured('score'),
  request: { params: comparisonParams, body: jsonBody(body) },
  responses: {
    200: json(answer, 'How alike they are, and how right.'),
    409: problem('A model is no reward model, or the dataset is not ready.'),
  },
});

export const registerCompareScores = (app: App) =>
  app.openapi(route, async (c) => {
    const { id, other } = c.req.valid('param');
    const { dataset: datasetId, max_rows: maxRows } = c.req.valid('json');
    const { projectId } = c.get('caller');
    const compared = await compareScores(c.get('context'), projectId, [id, other], { dataset: datasetId, maxRows });
    const { first, second, dataset, ...found } = compared;
    return c.json({ first: first.id, second: second.id, dataset: dataset.id, ...found }, 200);
  });
