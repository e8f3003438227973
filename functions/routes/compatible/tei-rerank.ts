import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { rerank } from '../../use-cases/endpoints/rerank.ts';
import { askHeaders, askOf, endpointParam } from '../endpoints/asking.ts';
import { relevance } from './relevance.ts';

const body = z
  .strictObject({
    query: z.string().min(1),
    texts: z.array(z.string()).min(1).max(1000),
    /** The reward model's output in place of a relevance between 0 and 1. */
    raw_scores: z.boolean().default(false),
    return_text: z.boolean().default(false),
    /** Whether a query that is too long is shortened. */
    truncate: z.boolean().nullable().default(false),
    /** Only the end is ever cut. */
    truncation_direction: z.enum(['Right', 'right']).default('Right'),
  })
  .openapi('TeiRerankRequest');

const answer = z
  .array(z.object({ index: z.number().int(), score: z.number(), text: z.string().optional() }))
  .openapi('TeiRerankAnswer');

const route = createRoute({
  method: 'post',
  path: '/tei/{id}/rerank',
  operationId: 'tei.rerank',
  tags: ['compatible'],
  summary: "Rerank of Text Embeddings Inference, by an endpoint's reward model",
  description:
    "The texts are completions of the query. The base URL for a client is this server with `/tei/` and the endpoint's name.",
  ...secured('score'),
  request: { params: endpointParam, headers: askHeaders, body: jsonBody(body) },
  responses: { 200: json(answer, 'The texts in order, the best one first.'), 409: problem('The endpoint generates.') },
});

export const registerTeiRerank = (app: App) =>
  app.openapi(route, async (c) => {
    const { query, texts, raw_scores, return_text, truncate } = c.req.valid('json');
    const truncation = truncate ? ('right' as const) : ('error' as const);
    const request = { prompt: query, completions: texts, topN: undefined, truncation };
    const { results } = await rerank(c.get('context'), askOf(c, c.req.valid('param').id), request);
    const answered = results.map(({ index, raw, score }) => ({
      index,
      score: raw_scores ? raw : relevance(score),
      ...(return_text && { text: texts[index] ?? '' }),
    }));
    return c.json(answered, 200);
  });
