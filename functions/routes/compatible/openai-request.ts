import { z } from '@hono/zod-openapi';

/** What OpenAI's API has and a policy here has not may be named only with the value that changes nothing: nothing is ignored in silence. */
const without = {
  top_p: z.literal(1).nullish(),
  presence_penalty: z.literal(0).nullish(),
  frequency_penalty: z.literal(0).nullish(),
  logit_bias: z.strictObject({}).nullish(),
  stop: z.null().optional(),
};

/** What `chat/completions` and `completions` of OpenAI's API have in common. */
export const openaiSettings = {
  /** The endpoint's name or id. */
  model: z.string().max(64),
  max_tokens: z.number().int().min(1).max(4096).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  n: z.number().int().min(1).max(64).nullish(),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }).nullish(),
  /** Requests of one user are answered by one version while the traffic split stays. */
  user: z.string().max(255).nullish(),
  ...without,
};

export const usageSchema = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
});

export const finishReason = z.enum(['stop', 'length']);
