import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The reward model's loss (Stiennon et al. 2020, section 3.4): mean of −log σ(r_θ(x, y_chosen) − r_θ(x, y_rejected)).
 * Written as softplus of the negated margin, which neither overflows nor, unlike tfjs's `logSigmoid`, fails in gradients.
 * @param chosen rewards of the better summaries [P]
 * @param rejected rewards of the others [P]
 */
export function rewardPairLoss(chosen: Tensor1D, rejected: Tensor1D): Scalar {
  return tf.mean(tf.softplus(tf.sub(rejected, chosen)));
}
