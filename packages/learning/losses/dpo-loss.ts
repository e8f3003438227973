import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { rewardPairLoss } from './reward-pair-loss.ts';

/**
 * Direct preference optimisation (Rafailov et al. 2023, equation 7): the reward model's loss of the implicit rewards
 * β log[π(y|x) / π_ref(y|x)], averaged over pairs.
 * @param chosen log π(y|x) of the better summaries, differentiable, as are those of the others [P]
 * @param reference the same under π_ref, constants [P] each
 */
export function dpoLoss(
  chosen: Tensor1D,
  rejected: Tensor1D,
  reference: { chosen: Tensor1D; rejected: Tensor1D },
  beta: number,
): Scalar {
  const reward = (logProbs: Tensor1D, referenceLogProbs: Tensor1D): Tensor1D =>
    tf.mul(beta, tf.sub(logProbs, referenceLogProbs));
  return rewardPairLoss(reward(chosen, reference.chosen), reward(rejected, reference.rejected));
}
