import { createRoute, z } from '@hono/zod-openapi';
import type { ChatMessage } from '@laurel/contracts';
import type { App } from '../../http/app.ts';
import { problem } from '../../http/describe-problems.ts';
import { eventStream, json, jsonBody } from '../../http/schemas.ts';
import { secured } from '../../http/secured.ts';
import { askHeaders } from '../endpoints/asking.ts';
import { answerGeneration, type Form } from './openai-generation.ts';
import { finishReason, openaiSettings, usageSchema } from './openai-request.ts';

const text = z.union([
  z.string().min(1),
  z.array(z.strictObject({ type: z.literal('text'), text: z.string() })).min(1),
]);

const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: text,
  name: z.string().optional(),
});

const body = z
  .strictObject({
    ...openaiSettings,
    messages: z.array(message).min(1).max(256),
    max_completion_tokens: openaiSettings.max_tokens,
  })
  .openapi('OpenaiChatRequest');

const answer = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.number().int(),
    model: z.string(),
    /** The model version. */
    system_fingerprint: z.string(),
    choices: z.array(
      z.object({
        index: z.number().int(),
        message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
        finish_reason: finishReason,
        logprobs: z.null(),
      }),
    ),
    usage: usageSchema,
  })
  .openapi('OpenaiChatAnswer');

const whole = json(answer, 'The completion, or with `stream` its chunks as server-sent events.');

const route = createRoute({
  method: 'post',
  path: '/openai/v1/chat/completions',
  operationId: 'openai.chatCompletions',
  tags: ['compatible'],
  summary: "OpenAI's chat completions, from an endpoint's policy",
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

const chat: Form = {
  idPrefix: 'chatcmpl',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  choice: (index, { text: content, finish_reason }) => ({
    index,
    message: { role: 'assistant', content, refusal: null },
    finish_reason,
    logprobs: null,
  }),
  opening: (index) => ({ index, delta: { role: 'assistant', content: '' }, finish_reason: null }),
  piece: (index, content) => ({ index, delta: { content }, finish_reason: null }),
  closing: (index, { finish_reason }) => ({ index, delta: {}, finish_reason }),
};

export const registerOpenaiChatCompletions = (app: App) =>
  app.openapi(route, async (c) => {
    const { messages, max_completion_tokens, ...settings } = c.req.valid('json');
    const request = { ...settings, max_tokens: max_completion_tokens ?? settings.max_tokens };
    return (await answerGeneration(c, request, [messages.map(asChatMessage)], chat)) as never;
  });

function asChatMessage({ role, content }: z.output<typeof message>): ChatMessage {
  const joined = typeof content === 'string' ? content : content.map((part) => part.text).join('');
  return { role: role === 'developer' ? 'system' : role, content: joined };
}
