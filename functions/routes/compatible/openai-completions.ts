import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { eventStream, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { askHeaders } from '../endpoints/asking.ts';
import { answerGeneration, type Form } from './openai-generation.ts';
import { finishReason, openaiSettings, usageSchema } from './openai-request.ts';

const prompt = z.string().min(1);

const body = z
  .strictObject({ ...openaiSettings, prompt: z.union([prompt, z.array(prompt).min(1).max(64)]) })
  .openapi('OpenaiCompletionRequest');

const answer = z
  .object({
    id: z.string(),
    object: z.literal('text_completion'),
    created: z.number().int(),
    model: z.string(),
    /** The model version. */
    system_fingerprint: z.string(),
    choices: z.array(
      z.object({ index: z.number().int(), text: z.string(), finish_reason: finishReason, logprobs: z.null() }),
    ),
    usage: usageSchema,
  })
  .openapi('OpenaiCompletionAnswer');

const whole = json(answer, 'The completions, or with `stream` their chunks as server-sent events.');

const route = createRoute({
  method: 'post',
  path: '/openai/v1/completions',
  operationId: 'openai.completions',
  tags: ['compatible'],
  summary: "OpenAI's completions, from an endpoint's policy",
  description:
    '`model` is the name of an endpoint. The base URL for an OpenAI client is this server with `/openai/v1`.',
  ...secured('score'),
  request: { headers: askHeaders, body: jsonBody(body) },
  responses: {
    200: { ...whole, content: { ...whole.content, ...eventStream } },
    404: problem('There is no such endpoint in this project.'),
    409: problem('The endpoint scores.'),
  },
});

const completion: Form = {
  idPrefix: 'cmpl',
  object: 'text_completion',
  chunkObject: 'text_completion',
  choice: (index, { text, finish_reason }) => ({ index, text, finish_reason, logprobs: null }),
  opening: () => null,
  piece: (index, text) => ({ index, text, finish_reason: null, logprobs: null }),
  closing: (index, { finish_reason }) => ({ index, text: '', finish_reason, logprobs: null }),
};

export const registerOpenaiCompletions = (app: App) =>
  app.openapi(route, async (c) => {
    const { prompt: prompts, ...settings } = c.req.valid('json');
    return (await answerGeneration(c, settings, [prompts].flat(), completion)) as never;
  });
