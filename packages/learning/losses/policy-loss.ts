import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { k3 } from './kl-estimators.ts';

/**
 * PPO's clipped surrogate (Schulman et al. 2017, equation 7), as a loss: mean over tokens of
 * max(−Â ρ, −Â clip(ρ, 1 − ε, 1 + ε)) with ρ = exp(log π − log π_old).
 * @param logProbs of the response's tokens under the policy, differentiable [R]
 * @param oldLogProbs under the policy that sampled them [R]
 * @param advantages whitened [R]
 */
export function policyLoss(logProbs: Tensor1D, oldLogProbs: Tensor1D, advantages: Tensor1D, clipRange: number): Scalar {
  const ratio = tf.exp(tf.sub(logProbs, oldLogProbs));
  const clipped = tf.clipByValue(ratio, 1 - clipRange, 1 + clipRange);
  const gain = tf.neg(advantages);
  return tf.mean(tf.maximum(tf.mul(gain, ratio), tf.mul(gain, clipped)));
}

/** How far one update's policy is from the one that sampled. */
export interface PolicyStatistics {
  /** Mean of ρ. */
  ratio: number;
  /** Largest |ρ − 1|: 0 before the first update (detail 12). */
  ratioDeviation: number;
  /** KL(π_old ‖ π), nats a token: mean of k3, ρ − 1 − log ρ. */
  approxKl: number;
  /** Share of tokens whose ρ left [1 − ε, 1 + ε]. */
  clipFraction: number;
}

export function policyStatistics(
  logProbs: Float32Array,
  oldLogProbs: Float32Array,
  clipRange: number,
): PolicyStatistics {
  const count = logProbs.length;
  const sum = { ratio: 0, kl: 0, clipped: 0 };
  let ratioDeviation = 0;
  for (const [i, logProb] of logProbs.entries()) {
    const difference = logProb - (oldLogProbs[i] ?? Number.NaN);
    const ratio = Math.exp(difference);
    sum.ratio += ratio;
    sum.kl += k3(difference);
    sum.clipped += Math.abs(ratio - 1) > clipRange ? 1 : 0;
    ratioDeviation = Math.max(ratioDeviation, Math.abs(ratio - 1));
  }
  return {
    ratio: sum.ratio / count,
    ratioDeviation,
    approxKl: sum.kl / count,
    clipFraction: sum.clipped / count,
  };
}
