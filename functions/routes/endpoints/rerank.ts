import { createRoute, z } from '@hono/zod-openapi';
import { completionScore, promptOrChat, truncationRule } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds, examplePost, exampleSummaries } from '../../http/example-ids.ts';
import { named } from '../../http/named.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { rerank } from '../../use-cases/endpoints/rerank.ts';
import { askHeaders, askOf, endpointParam } from './asking.ts';
import { presentResolved, resolved } from './endpoint-schema.ts';

const MAX_COMPLETIONS = 1000;

const body = z
  .strictObject({
    prompt: named(promptOrChat, 'Prompt'),
    completions: z.array(z.string()).min(1).max(MAX_COMPLETIONS),
    /** Only so many are answered, the best ones. */
    top_n: z.number().int().min(1).max(MAX_COMPLETIONS).optional(),
    truncation: truncationRule.default('post'),
  })
  .openapi('RerankRequest');

const answer = z
  .object({
    ...resolved,
    /** The best one first; `index` is that in the request. */
    results: z.array(z.object({ index: z.number().int(), ...completionScore.shape })),
  })
  .openapi('RerankAnswer');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/rerank',
  operationId: 'endpoints.rerank',
  tags: ['endpoints'],
  summary: 'Put completions in order, the best one first',
  ...secured('score'),
  request: {
    params: endpointParam,
    headers: askHeaders,
    body: jsonBody(body, {
      'the best one': { prompt: { post: examplePost }, completions: [...exampleSummaries], top_n: 1 },
    }),
  },
  responses: {
    200: json(answer, 'The completions in order.', {
      'the best one': {
        endpoint_version: 1,
        model_version: exampleIds.rewardModel,
        results: [{ index: 0, raw: 3.214, score: 0.681, tokens: 71, truncated: false }],
      },
    }),
    409: problem('The endpoint generates.'),
  },
});

export const registerRerank = (app: App) =>
  app.openapi(route, async (c) => {
    const { top_n: topN, ...request } = c.req.valid('json');
    const ask = askOf(c, c.req.valid('param').id);
    const { answering, results } = await rerank(c.get('context'), ask, { ...request, topN });
    return c.json({ ...presentResolved(answering), results }, 200);
  });
