import type { GeneratedSample, GenerationDelta, PromptParts, TruncationRule } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { DoesNotFit, encodePrompt } from '../trainers/encode.ts';
import { GrowingText } from './growing-text.ts';
import { samplingSteps } from './sample.ts';

/** What to sample, in the words of the serving protocol. */
export interface GenerationRequest {
  truncation: TruncationRule;
  prompts: readonly PromptParts[];
  n: number;
  temperature: number;
  max_tokens: number;
  seed: number;
}

/**
 * Samples texts from a policy, `n` for each prompt. The same request gives the same texts.
 * @throws {DoesNotFit} when the context has no room for `max_tokens` or, with truncation off, for a prompt
 */
export function generateCompletions(kernels: Kernels, model: Model, request: GenerationRequest): GeneratedSample[][] {
  const { encoded, steps } = start(kernels, model, request);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return describe(model, encoded, value);
  }
}

/** The same token by token: yields what the texts have grown by. @throws {DoesNotFit} as `generateCompletions` */
export function* generationSteps(
  kernels: Kernels,
  model: Model,
  request: GenerationRequest,
): Generator<GenerationDelta[], GeneratedSample[][]> {
  const { encoded, steps } = start(kernels, model, request);
  const texts = encoded.map(() => Array.from({ length: request.n }, () => new GrowingText(model.tokenizer)));
  const growthOf = (grow: (text: GrowingText, prompt: number, sample: number) => string) =>
    texts.flatMap((ofPrompt, prompt) =>
      ofPrompt.flatMap((growing, sample) => {
        const text = grow(growing, prompt, sample);
        return text === '' ? [] : [{ prompt, sample, text }];
      }),
    );
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (!done) yield growthOf((text, p, k) => text.growTo(value[p]?.[k]?.tokens ?? []));
      else {
        const samples = describe(model, encoded, value);
        yield growthOf((text, p, k) => text.end(samples[p]?.[k]?.text ?? ''));
        return samples;
      }
    }
  } finally {
    steps.return([]);
  }
}

type Started = ReturnType<typeof start>;

function start(
  kernels: Kernels,
  { decoder, tokenizer }: Model,
  { prompts, truncation, n, temperature, max_tokens: maxNewTokens, seed }: GenerationRequest,
) {
  const context = decoder.config.n_positions;
  const limit = context - maxNewTokens;
  if (limit < 1) {
    throw new DoesNotFit(`max_tokens is ${maxNewTokens} and the model's context has ${context}: ask for fewer.`);
  }
  const encoded = prompts.map((prompt) => encodePrompt(tokenizer, prompt, limit, truncation));
  const tokens = encoded.map((prompt) => prompt.tokens);
  const random = RandomGenerator.fromSeed(seed);
  const options = { n, temperature, maxNewTokens, random, endOfText: tokenizer.endOfText };
  return { encoded, steps: samplingSteps(kernels, decoder, tokens, options) };
}

function describe(
  { tokenizer }: Model,
  encoded: Started['encoded'],
  samples: Started['steps'] extends Generator<unknown, infer R> ? R : never,
): GeneratedSample[][] {
  return samples.map((ofPrompt, p) =>
    ofPrompt.map(({ tokens, logProbs, finished }) => ({
      text: tokenizer.decode(tokens).trimStart(),
      tokens: tokens.length,
      prompt_tokens: encoded[p]?.tokens.length ?? 0,
      finish_reason: finished ? 'stop' : 'length',
      log_prob: logProbs.reduce((sum, logProb) => sum + logProb, 0),
      truncated: encoded[p]?.truncated ?? false,
    })),
  );
}
