import { nextTokenLoss } from '../losses/next-token-loss.ts';
import type { Decoder, Gradients, Kernels } from '../model/kernels.ts';
import { addGradients, completionLogProbs, differentiateLogProbs } from './model-outputs.ts';
import { splitIntoPasses } from './pass.ts';
import type { Sequence } from './sequence.ts';
import type { Metrics } from './trainer.ts';

/** Cross-entropy of the completions' tokens given their prompts: mean over all tokens of the batch, nats. */
export function differentiateNextTokens(
  kernels: Kernels,
  decoder: Decoder,
  sequences: readonly Sequence[],
  tokensPerPass?: number,
): { gradients: Gradients; metrics: Metrics } {
  const units = sequences.map((sequence) => [sequence]);
  const passes = splitIntoPasses(units, tokensPerPass);
  const tokens = passes.reduce((sum, { targets }) => sum + targets.length, 0);
  const gradients: Gradients = {};
  let loss = 0;
  for (const pass of passes) {
    const weight = pass.targets.length / tokens;
    const result = differentiateLogProbs(kernels, { decoder, pass, temperature: 1, weight }, nextTokenLoss);
    loss += result.loss;
    addGradients(gradients, result.gradients);
  }
  return { gradients, metrics: { loss, tokens } };
}

/** The same loss of held-out sequences, which there must be. */
export function measureNextTokens(kernels: Kernels, decoder: Decoder, sequences: readonly Sequence[]): Metrics {
  const passes = splitIntoPasses(sequences.map((sequence) => [sequence]));
  const logProbs = passes.flatMap((pass) => [
    ...completionLogProbs(kernels, { decoder, pass, temperature: 1 }).logProbs,
  ]);
  const loss = -logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;
  return { validation_loss: loss, validation_examples: sequences.length };
}
