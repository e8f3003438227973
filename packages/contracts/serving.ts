import { z } from 'zod';
import { problemDetails } from './problem.ts';
import { promptParts } from './prompt.ts';

/**
 * What the API asks of `gpu-workers serve`, over loopback or a private network, with a shared token:
 * `POST /score`, `POST /log-probs`, `POST /generate`, `POST /generate/stream`, `POST /load`, `GET /health`, `GET /metrics`; and
 * without the token, for whatever starts and stops servers, `GET /live` and `GET /ready`.
 */
export const servedModel = z.strictObject({ prefix: z.string(), manifest_sha256: z.string() });
export type ServedModel = z.infer<typeof servedModel>;

/** What to do with a prompt that does not fit: refuse, shorten the post (the paper's rule), or cut the end. */
export const truncationRule = z.enum(['error', 'post', 'right']);
export type TruncationRule = z.infer<typeof truncationRule>;

/** As for prompts; `completion` cuts the post as well, and the end of a completion that even an empty post leaves no room for. */
export const sequenceRule = z.enum([...truncationRule.options, 'completion']);
export type SequenceRule = z.infer<typeof sequenceRule>;

export const serveScoreRequest = z.strictObject({
  model: servedModel,
  truncation: sequenceRule,
  /** Every post is computed once for all its completions. */
  items: z.array(z.strictObject({ prompt: promptParts, completions: z.array(z.string()).min(1) })).min(1),
});
export type ServeScoreRequest = z.infer<typeof serveScoreRequest>;

export const completionScore = z.strictObject({
  /** The reward model's output. */
  raw: z.number(),
  /** `raw` shifted so that reference summaries average 0. */
  score: z.number(),
  /** Tokens read: prompt and completion, end of text included. */
  tokens: z.number().int(),
  truncated: z.boolean(),
});
export type CompletionScore = z.infer<typeof completionScore>;

/** Scores in the order of the items and of their completions. */
export const serveScoreAnswer = z.strictObject({ items: z.array(z.array(completionScore)) });
export type ServeScoreAnswer = z.infer<typeof serveScoreAnswer>;

/** `POST /log-probs`: how probable a policy finds completions. */
export const serveLogProbsRequest = z.strictObject({ model: servedModel, items: serveScoreRequest.shape.items });
export type ServeLogProbsRequest = z.infer<typeof serveLogProbsRequest>;

/** In the order of the items and of their completions. */
export const serveLogProbsAnswer = z.strictObject({
  items: z.array(
    z.array(
      z.strictObject({
        /** log π(y|x), nats, end of text included. */
        log_prob: z.number(),
        /** Of the completion, end of text included. */
        tokens: z.number().int(),
      }),
    ),
  ),
});
export type ServeLogProbsAnswer = z.infer<typeof serveLogProbsAnswer>;

export const serveGenerateRequest = z.strictObject({
  model: servedModel,
  truncation: truncationRule,
  prompts: z.array(promptParts).min(1),
  /** Samples of each prompt. */
  n: z.number().int().min(1).max(64),
  temperature: z.number().min(0).max(10),
  max_tokens: z.number().int().min(1),
  seed: z.number().int(),
});
export type ServeGenerateRequest = z.infer<typeof serveGenerateRequest>;

export const generatedSample = z.strictObject({
  text: z.string(),
  /** Tokens sampled, end of text included. */
  tokens: z.number().int(),
  /** Tokens read before the first one was sampled. */
  prompt_tokens: z.number().int(),
  /** `stop`: the model ended the text; `length`: max_tokens did. */
  finish_reason: z.enum(['stop', 'length']),
  /** log π(y|x), nats, at the sampling temperature. */
  log_prob: z.number(),
  truncated: z.boolean(),
});
export type GeneratedSample = z.infer<typeof generatedSample>;

/** Text that a sample has grown by. A sample's deltas, joined, are its text. */
export const generationDelta = z.strictObject({
  /** Index of the prompt in the request. */
  prompt: z.number().int(),
  /** Of the prompt's samples. */
  sample: z.number().int(),
  text: z.string(),
});
export type GenerationDelta = z.infer<typeof generationDelta>;

export const serveGenerateAnswer = z.strictObject({ prompts: z.array(z.array(generatedSample)) });
export type ServeGenerateAnswer = z.infer<typeof serveGenerateAnswer>;

/** A line of the answer to `POST /generate/stream`: what is new, and in the end the whole, or what went wrong in the middle. */
export const serveGenerateLine = z.union([
  z.strictObject({ delta: generationDelta }),
  z.strictObject({ answer: serveGenerateAnswer }),
  z.strictObject({ problem: problemDetails.pick({ status: true, code: true, detail: true }) }),
]);

/** How long the caller waits for an answer, ms: what is still in line after that is dropped before anything is computed for it. */
export const DEADLINE_HEADER = 'x-timeout-ms';

export const enginePrecision = z.enum(['float32', 'bfloat16']);

/** `POST /load`: has a model in memory before it is asked for anything. Answered 204. */
export const serveLoadRequest = z.strictObject({ model: servedModel });

export const engineGrade = z.enum(['fused', 'libtensorflow', 'javascript']);
export type EngineGrade = z.infer<typeof engineGrade>;

export const serveHealth = z.strictObject({
  /** libtensorflow with our fused ops, libtensorflow alone, or pure JavaScript. */
  engine: engineGrade,
  precision: enginePrecision,
  loaded_models: z.number().int(),
});
export type ServeHealth = z.infer<typeof serveHealth>;
