import { createRoute, z } from '@hono/zod-openapi';
import { completionScore, promptOrChat, truncationRule } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds, examplePost, exampleSummaries } from '../../http/example-ids.ts';
import { named } from '../../http/named.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { compare } from '../../use-cases/endpoints/compare.ts';
import { askHeaders, askOf, endpointParam } from './asking.ts';
import { presentResolved, resolved } from './endpoint-schema.ts';

const MAX_ITEMS = 256;

const body = z
  .strictObject({
    items: z
      .array(z.strictObject({ prompt: named(promptOrChat, 'Prompt'), a: z.string(), b: z.string() }))
      .min(1)
      .max(MAX_ITEMS),
    truncation: truncationRule.default('post'),
  })
  .openapi('CompareRequest');

const answer = z
  .object({
    ...resolved,
    /** In the order of the request. */
    items: z.array(
      z.object({
        a: named(completionScore, 'Score'),
        b: named(completionScore, 'Score'),
        preferred: z.enum(['a', 'b']),
        /** That a person prefers A to B: the logistic function of the difference of the raw scores. */
        probability_a: z.number(),
      }),
    ),
  })
  .openapi('CompareAnswer');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/compare',
  operationId: 'endpoints.compare',
  tags: ['endpoints'],
  summary: 'Say which of two completions a person would prefer',
  ...secured('score'),
  request: {
    params: endpointParam,
    headers: askHeaders,
    body: jsonBody(body, {
      'two summaries': { items: [{ prompt: { post: examplePost }, a: exampleSummaries[0], b: exampleSummaries[1] }] },
    }),
  },
  responses: {
    200: json(answer, 'The comparisons.', {
      'two summaries': {
        endpoint_version: 1,
        model_version: exampleIds.rewardModel,
        items: [
          {
            a: { raw: 3.214, score: 0.681, tokens: 71, truncated: false },
            b: { raw: 0.127, score: -2.406, tokens: 52, truncated: false },
            preferred: 'a',
            probability_a: 0.9564,
          },
        ],
      },
    }),
    409: problem('The endpoint generates.'),
  },
});

export const registerCompare = (app: App) =>
  app.openapi(route, async (c) => {
    const ask = askOf(c, c.req.valid('param').id);
    const { answering, items } = await compare(c.get('context'), ask, c.req.valid('json'));
    return c.json({ ...presentResolved(answering), items }, 200);
  });
