import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** What a comparison says beside which summary is better. */
export interface PairOptions {
  /** m, by how much the better reward has to exceed the other; 0 when left out (Touvron et al. 2023, equation 2). [P] */
  margins?: Tensor1D;
  /** w, how much each pair counts; their mean over the data is 1, and so is each when left out. [P] */
  weights?: Tensor1D;
}

/**
 * The reward model's loss (Stiennon et al. 2020, section 3.4): mean of −w log σ(r_θ(x, y_chosen) − r_θ(x, y_rejected) − m).
 * Written as softplus of the negated margin, which neither overflows nor, unlike tfjs's `logSigmoid`, fails in gradients.
 * @param chosen rewards of the better summaries [P]
 * @param rejected rewards of the others [P]
 */
export function rewardPairLoss(chosen: Tensor1D, rejected: Tensor1D, { margins, weights }: PairOptions = {}): Scalar {
  const deficit = tf.sub(rejected, chosen); // [P]
  const losses = tf.softplus(margins ? tf.add(deficit, margins) : deficit);
  return tf.mean(weights ? tf.mul(weights, losses) : losses);
}
