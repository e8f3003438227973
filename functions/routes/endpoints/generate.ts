import { randomInt } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { generatedSample, promptInput, truncationRule } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { idParam, json, jsonBody, problems } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { generate } from '../../use-cases/endpoints/generate.ts';
import { presentLive, resolved } from './endpoint-schema.ts';

const MAX_SEED = 2 ** 31 - 1;

const body = z
  .strictObject({
    prompts: z.array(promptInput).min(1).max(64),
    n: z.number().int().min(1).max(64).default(1),
    temperature: z.number().min(0).max(10).default(0.7),
    max_tokens: z.number().int().min(1).max(4096).default(48),
    seed: z.number().int().min(0).max(MAX_SEED).optional(),
    truncation: truncationRule.default('post'),
  })
  .openapi('GenerateRequest');

const answer = z
  .object({
    ...resolved,
    /** What the samples were drawn with: the same seed draws the same again. */
    seed: z.number().int(),
    /** In the order of the request. */
    prompts: z.array(z.object({ samples: z.array(generatedSample) })),
  })
  .openapi('GenerateAnswer');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/generate',
  operationId: 'endpoints.generate',
  tags: ['endpoints'],
  summary: 'Sample completions from a policy',
  ...secured('score'),
  request: { params: idParam, body: jsonBody(body) },
  responses: { 200: json(answer, 'The samples.'), ...problems },
});

export const registerGenerate = (app: App) =>
  app.openapi(route, async (c) => {
    const { seed = randomInt(MAX_SEED), ...request } = c.req.valid('json');
    const { projectId } = c.get('caller');
    const { id } = c.req.valid('param');
    const { live, prompts } = await generate(c.get('context'), projectId, id, { ...request, seed });
    return c.json({ ...presentLive(live), seed, prompts: prompts.map((samples) => ({ samples })) }, 200);
  });
