import { createRoute, z } from '@hono/zod-openapi';
import { completionScore, generatedSample } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { named } from '../../http/named.ts';
import { json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { bestOfN } from '../../use-cases/endpoints/best-of-n.ts';
import { askHeaders, askOf, endpointParam } from './asking.ts';
import { presentResolved, resolved } from './endpoint-schema.ts';
import { newSeed, sampleCount, samplingSettings } from './sampling-settings.ts';

const body = z
  .strictObject({
    /** The endpoint that writes the samples, by id or name. */
    policy: z.string().max(64),
    n: sampleCount.min(2).default(8),
    ...samplingSettings,
  })
  .openapi('BestOfNRequest');

const answer = z
  .object({
    ...resolved,
    /** The endpoint that wrote the samples. */
    policy: z.object(resolved),
    seed: z.number().int(),
    /** In the order of the request. */
    prompts: z.array(
      z.object({
        /** Index of the sample with the highest score. */
        best: z.number().int(),
        samples: z.array(z.object({ ...generatedSample.shape, reward: named(completionScore, 'Score') })),
      }),
    ),
  })
  .openapi('BestOfNAnswer');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/best-of-n',
  operationId: 'endpoints.bestOfN',
  tags: ['endpoints'],
  summary: 'Sample completions from a policy and choose the best one',
  description: 'The endpoint in the path scores, the one that `policy` names writes.',
  ...secured('score'),
  request: { params: endpointParam, headers: askHeaders, body: jsonBody(body) },
  responses: { 200: json(answer, 'The samples with their scores.'), 409: problem('The endpoint generates.') },
});

export const registerBestOfN = (app: App) =>
  app.openapi(route, async (c) => {
    const { seed = newSeed(), ...request } = c.req.valid('json');
    const ask = askOf(c, c.req.valid('param').id);
    const { answering, policy, prompts } = await bestOfN(c.get('context'), ask, { ...request, seed });
    return c.json({ ...presentResolved(answering), policy: presentResolved(policy), seed, prompts }, 200);
  });
