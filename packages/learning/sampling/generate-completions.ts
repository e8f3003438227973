import type { PromptParts, ServeGenerateAnswer, TruncationRule } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { DoesNotFit, encodePrompt } from '../trainers/encode.ts';
import { sample } from './sample.ts';

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
export function generateCompletions(
  kernels: Kernels,
  { decoder, tokenizer }: Model,
  { prompts, truncation, n, temperature, max_tokens: maxNewTokens, seed }: GenerationRequest,
): ServeGenerateAnswer['prompts'] {
  const context = decoder.config.n_positions;
  const limit = context - maxNewTokens;
  if (limit < 1) {
    throw new DoesNotFit(`max_tokens is ${maxNewTokens} and the model's context has ${context}: ask for fewer.`);
  }
  const encoded = prompts.map((prompt) => encodePrompt(tokenizer, prompt, limit, truncation));
  const random = RandomGenerator.fromSeed(seed);
  const samples = sample(
    kernels,
    decoder,
    encoded.map(({ tokens }) => tokens),
    { n, temperature, maxNewTokens, random, endOfText: tokenizer.endOfText },
  );
  return samples.map((ofPrompt, p) =>
    ofPrompt.map(({ tokens, logProbs, finished }) => ({
      text: tokenizer.decode(tokens).trimStart(),
      tokens: tokens.length,
      finish_reason: finished ? 'stop' : 'length',
      log_prob: logProbs.reduce((sum, logProb) => sum + logProb, 0),
      truncated: encoded[p]?.truncated ?? false,
    })),
  );
}
