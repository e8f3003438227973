import { createRoute, z } from '@hono/zod-openapi';
import { MAX_INT32 } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { rerank } from '../../use-cases/endpoints/rerank.ts';
import { askHeaders, askOf } from '../endpoints/asking.ts';
import { relevance } from './relevance.ts';

const body = z
  .strictObject({
    /** The endpoint's name or id. */
    model: z.string().max(64),
    query: z.string().min(1),
    documents: z.array(z.string()).min(1).max(1000),
    top_n: z.number().int().min(1).max(MAX_INT32).nullish(),
  })
  .openapi('CohereRerankRequest');

const answer = z
  .object({
    id: z.string(),
    results: z.array(z.object({ index: z.number().int(), relevance_score: z.number() })),
    meta: z.object({
      api_version: z.object({ version: z.literal('2') }),
      /** Which version of the endpoint, and of the model, answered. */
      warnings: z.array(z.string()),
    }),
  })
  .openapi('CohereRerankAnswer');

const route = createRoute({
  method: 'post',
  path: '/cohere/v2/rerank',
  operationId: 'cohere.rerank',
  tags: ['compatible'],
  summary: "Cohere's rerank, by an endpoint's reward model",
  description:
    '`model` is the name of an endpoint; documents are completions of the query. The base URL for a Cohere client is this server with `/cohere`.',
  ...secured('score'),
  request: { headers: askHeaders, body: jsonBody(body) },
  responses: {
    200: json(answer, 'The documents in order, the best one first.'),
    404: problem('There is no such endpoint in this project.'),
    409: problem('The endpoint generates.'),
  },
});

export const registerCohereRerank = (app: App) =>
  app.openapi(route, async (c) => {
    const { model, query, documents, top_n: topN } = c.req.valid('json');
    const request = { prompt: query, completions: documents, topN: topN ?? undefined, truncation: 'post' as const };
    const { answering, results } = await rerank(c.get('context'), askOf(c, model), request);
    const answered = results.map(({ index, score }) => ({ index, relevance_score: relevance(score) }));
    const warnings = [`Answered by version ${answering.endpointVersion}, ${answering.modelVersionId}.`];
    const meta = { api_version: { version: '2' as const }, warnings };
    return c.json({ id: c.get('requestId'), results: answered, meta }, 200);
  });
