import { createRoute, z } from '@hono/zod-openapi';
import { generatedSample } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { examplePost } from '../../http/example-ids.ts';
import { named } from '../../http/named.ts';
import { eventStream, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { streamEvents } from '../../http/stream-events.ts';
import { followGeneration, generate } from '../../use-cases/endpoints/generate.ts';
import { askHeaders, askOf, endpointParam } from './asking.ts';
import { presentResolved, resolved } from './endpoint-schema.ts';
import { newSeed, sampleCount, samplingSettings } from './sampling-settings.ts';

const body = z.strictObject({ n: sampleCount.default(1), ...samplingSettings }).openapi('GenerateRequest');

const answer = z
  .object({
    ...resolved,
    /** What the samples were drawn with: the same seed draws the same again. */
    seed: z.number().int(),
    /** In the order of the request. */
    prompts: z.array(z.object({ samples: z.array(named(generatedSample, 'Sample')) })),
  })
  .openapi('GenerateAnswer');

const whole = json(answer, 'The samples.');

const route = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/generate',
  operationId: 'endpoints.generate',
  tags: ['endpoints'],
  summary: 'Sample completions from a policy',
  description:
    'With `Accept: text/event-stream` the text comes as it is written: events `delta` with `{prompt, sample, text}`, then `done` with the ' +
    'whole answer, or `error` with a problem.',
  ...secured('score'),
  request: {
    params: endpointParam,
    headers: askHeaders,
    body: jsonBody(body, {
      'two samples of one prompt': {
        prompts: [{ post: examplePost }],
        n: 2,
        temperature: 0.7,
        max_tokens: 48,
        seed: 1,
      },
    }),
  },
  responses: {
    200: { ...whole, content: { ...whole.content, ...eventStream } },
    409: problem('The endpoint scores.'),
  },
});

export const registerGenerate = (app: App) =>
  app.openapi(route, async (c) => {
    const { seed = newSeed(), ...settings } = c.req.valid('json');
    const request = { ...settings, seed };
    const ask = askOf(c, c.req.valid('param').id);
    const context = c.get('context');
    const present = (samples: z.input<typeof generatedSample>[][]) =>
      samples.map((ofPrompt) => ({ samples: ofPrompt }));
    if (!c.req.header('accept')?.includes('text/event-stream')) {
      const { answering, prompts } = await generate(context, ask, request);
      return c.json({ ...presentResolved(answering), seed, prompts: present(prompts) }, 200);
    }
    const { answering, news } = await followGeneration(context, ask, request);
    const events = async function* () {
      for await (const item of news) {
        if ('delta' in item) yield { event: 'delta', data: JSON.stringify(item.delta) };
        else {
          const prompts = present(item.answer.prompts);
          yield { event: 'done', data: JSON.stringify({ ...presentResolved(answering), seed, prompts }) };
        }
      }
    };
    return streamEvents(c, events()) as never;
  });
