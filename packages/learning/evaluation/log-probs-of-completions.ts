import type { ServeLogProbsAnswer } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { DoesNotFit } from '../trainers/encode.ts';
import { completionLogProbs } from '../trainers/model-outputs.ts';
import { splitBySequence, splitIntoPasses } from '../trainers/pass.ts';
import { encodeSequences } from '../trainers/sequence.ts';
import type { ScoringItem } from './score-completions.ts';

/**
 * log π(y|x) of a language model, in the order of the items and of their completions; a long post is cut by the paper's rule.
 * @throws {DoesNotFit} when a prompt is too long even without its post, or has no token to go on from
 */
export function logProbsOfCompletions(
  kernels: Kernels,
  { decoder, tokenizer }: Model,
  items: readonly ScoringItem[],
): ServeLogProbsAnswer['items'] {
  const encoded = items.map((item) => encodeSequences(tokenizer, decoder.config.n_positions, item));
  if (encoded.flat().some(({ prompt }) => prompt.length === 0)) {
    throw new DoesNotFit('The prompt has no token that a completion could go on from: shorten the completion.');
  }
  const sums = splitIntoPasses(encoded)
    .flatMap((pass) => splitBySequence(pass, completionLogProbs(kernels, { decoder, pass, temperature: 1 }).logProbs))
    .map((logProbs) => logProbs.reduce((sum, logProb) => sum + logProb, 0))
    .values();
  return encoded.map((sequences) =>
    sequences.map(({ completion }) => ({ log_prob: sums.next().value ?? Number.NaN, tokens: completion.length })),
  );
}
