import type { CompletionScore, PromptParts, SequenceRule } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { rewards } from '../trainers/reward-model.ts';
import { encodeSequences } from '../trainers/sequence.ts';

/** A prompt and texts that complete it. */
export interface ScoringItem {
  prompt: PromptParts;
  completions: readonly string[];
}

/**
 * Scores of a reward model, in the order of the items and of their completions. A prompt is computed once for all its
 * completions; nothing depends on what is scored beside it (detail 5).
 * @throws {DoesNotFit} when a prompt is too long and the rule does not let it be shortened
 */
export function scoreCompletions(
  kernels: Kernels,
  { decoder, tokenizer, rewardBias }: Model,
  items: readonly ScoringItem[],
  rule: SequenceRule = 'post',
): CompletionScore[][] {
  const encoded = items.map((item) => encodeSequences(tokenizer, decoder.config.n_positions, item, rule));
  const values = rewards(kernels, decoder, encoded).values();
  return encoded.map((sequences) =>
    sequences.map(({ prompt, completion, truncated }) => {
      const raw = values.next().value ?? Number.NaN;
      return { raw, score: raw + rewardBias, tokens: prompt.length + completion.length, truncated };
    }),
  );
}
