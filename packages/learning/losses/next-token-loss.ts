import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Cross-entropy of the tokens that are learned, for pretraining and SFT: −1/n Σ log π(y_t | x, y_<t), nats a token.
 * @param logProbs [R]
 */
export function nextTokenLoss(logProbs: Tensor1D): Scalar {
  return tf.neg(tf.mean(logProbs));
}
