import { createRoute, z } from '@hono/zod-openapi';
import { completionScore, promptOrChat, truncationRule } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { examplePost, exampleSummaries } from '../../http/example-ids.ts';
import { named } from '../../http/named.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { explain } from '../../use-cases/endpoints/explain.ts';
import { askHeaders, askOf, endpointParam } from './asking.ts';
import { presentResolved, resolved } from './endpoint-schema.ts';

const body = z
  .strictObject({
    prompt: named(promptOrChat, 'Prompt'),
    completion: z.string().min(1),
    truncation: truncationRule.default('post'),
  })
  .openapi('ExplainRequest');

const answer = z
  .object({
    ...resolved,
    score: named(completionScore, 'Score'),
    /** In the order of the completion. */
    sentences: z.array(
      z.object({
        text: z.string(),
        /** Of the completion without this sentence. */
        score_without: z.number(),
        /** By so much the sentence raises the score; negative for one that lowers it. */
        difference: z.number(),
      }),
    ),
  })
  .openapi('ExplainAnswer');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/explain',
  operationId: 'endpoints.explain',
  tags: ['endpoints'],
  summary: 'Say which sentences of a completion move its score',
  description: 'Each sentence is left out once, and the rest is scored.',
  ...secured('score'),
  request: {
    params: endpointParam,
    headers: askHeaders,
    body: jsonBody(body, { 'a summary': { prompt: { post: examplePost }, completion: exampleSummaries[0] } }),
  },
  responses: { 200: json(answer, 'The score, sentence by sentence.'), 409: problem('The endpoint generates.') },
});

export const registerExplain = (app: App) =>
  app.openapi(route, async (c) => {
    const ask = askOf(c, c.req.valid('param').id);
    const { answering, whole, sentences } = await explain(c.get('context'), ask, c.req.valid('json'));
    return c.json({ ...presentResolved(answering), score: whole, sentences }, 200);
  });
