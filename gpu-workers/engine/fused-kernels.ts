import type { Kernels } from '@laurel/learning';
import { forwardForTraining } from './decoder-backward.ts';
import { forward } from './decoder-forward.ts';
import { startDecoding } from './decoding.ts';
import { adamW, squaredNorm } from './parameter-updates.ts';
import { BFLOAT16, FLOAT, toTensor } from './tensorflow-ops.ts';
import { tokenLogProbs } from './token-log-probs.ts';
import { WeightCache } from './weight-cache.ts';

/**
 * The kernels over our own ops (gpu-workers/native), which must be loaded. Products of matrices are made in `precision`;
 * parameters, the residual stream, logits and all sums are float32. The activations of a training pass take `budgetBytes` at most, if
 * the inputs of the blocks alone do not take more; the budget changes no bit of a result.
 */
export function fusedKernels(precision: Kernels['precision'], budgetBytes: number = Number.POSITIVE_INFINITY): Kernels {
  const weights = new WeightCache(precision === 'bfloat16' ? BFLOAT16 : FLOAT);
  return {
    precision,
    forward: (decoder, batch, rows) =>
      toTensor(forward(decoder, weights, batch, rows), [rows.length, decoder.config.n_embd]),
    forwardForTraining: (decoder, batch, rows) => forwardForTraining(decoder, weights, batch, rows, budgetBytes),
    tokenLogProbs,
    startDecoding: (decoder, prompts, promptOf, maxNewTokens) =>
      startDecoding(decoder, weights, prompts, promptOf, maxNewTokens),
    squaredNorm,
    adamW: (step) => adamW(step, weights),
  };
}
