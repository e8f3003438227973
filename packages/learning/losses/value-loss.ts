import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The value network's clipped loss (the paper's code): ½ mean max((V − R)², (clip(V, V_old − ε, V_old + ε) − R)²). Without a
 * range ½ mean (V − R)² (Schulman et al. 2017, equation 9).
 * @param values V of the response's tokens, differentiable [R]
 * @param oldValues V_old, at the time of sampling [R]
 * @param returns R [R]
 * @param clipRange ε; null: not clipped
 */
export function valueLoss(values: Tensor1D, oldValues: Tensor1D, returns: Tensor1D, clipRange: number | null): Scalar {
  const squaredError = (estimate: tf.Tensor) => tf.square(tf.sub(estimate, returns));
  if (clipRange === null) return tf.mul(0.5, tf.mean(squaredError(values)));
  // Clipping the difference keeps to ops whose gradient tfjs knows for a range that is itself a tensor.
  const clipped = tf.add(oldValues, tf.clipByValue(tf.sub(values, oldValues), -clipRange, clipRange));
  return tf.mul(0.5, tf.mean(tf.maximum(squaredError(values), squaredError(clipped))));
}
