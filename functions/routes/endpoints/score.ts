import { createRoute, z } from '@hono/zod-openapi';
import { completionScore, promptOrChat, truncationRule } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { exampleIds, examplePost, exampleSummaries } from '../../http/example-ids.ts';
import { named } from '../../http/named.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { score } from '../../use-cases/endpoints/score.ts';
import { askHeaders, askOf, endpointParam } from './asking.ts';
import { presentResolved, resolved } from './endpoint-schema.ts';

const MAX_ITEMS = 256;
const MAX_COMPLETIONS = 64;

const body = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          prompt: named(promptOrChat, 'Prompt'),
          completions: z.array(z.string()).min(1).max(MAX_COMPLETIONS),
        }),
      )
      .min(1)
      .max(MAX_ITEMS),
    truncation: truncationRule.default('post'),
  })
  .openapi('ScoreRequest');

const answer = z
  .object({
    ...resolved,
    /** In the order of the request. */
    items: z.array(
      z.object({
        scores: z.array(named(completionScore, 'Score')),
        /** The completion with the highest score, and the probability that a person prefers it; null if there is one. */
        preferred: z.object({ index: z.number().int(), probability: z.number() }).nullable(),
      }),
    ),
  })
  .openapi('ScoreAnswer');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/score',
  operationId: 'endpoints.score',
  tags: ['endpoints'],
  summary: 'Score completions with a reward model',
  description: 'A prompt is computed once for all its completions; no score depends on what is scored beside it.',
  ...secured('score'),
  request: {
    params: endpointParam,
    headers: askHeaders,
    body: jsonBody(body, {
      'one post, two summaries': { items: [{ prompt: { post: examplePost }, completions: [...exampleSummaries] }] },
      'a chat': {
        items: [
          {
            prompt: [{ role: 'user', content: 'What is the capital of France?' }],
            completions: ['Paris.'],
          },
        ],
        truncation: 'error',
      },
    }),
  },
  responses: {
    200: json(answer, 'The scores.', {
      'one post, two summaries': {
        endpoint_version: 1,
        model_version: exampleIds.rewardModel,
        items: [
          {
            scores: [
              { raw: 3.214, score: 0.681, tokens: 71, truncated: false },
              { raw: 0.127, score: -2.406, tokens: 52, truncated: false },
            ],
            preferred: { index: 0, probability: 0.9564 },
          },
        ],
      },
    }),
    409: problem('The endpoint generates.'),
  },
});

export const registerScore = (app: App) =>
  app.openapi(route, async (c) => {
    const ask = askOf(c, c.req.valid('param').id);
    const { answering, items } = await score(c.get('context'), ask, c.req.valid('json'));
    return c.json({ ...presentResolved(answering), items }, 200);
  });
