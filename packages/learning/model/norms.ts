import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './model-config.ts';

/** The decoder's norm over the last axis, [N, D] → [N, D]. `bias` is absent where the config's norm is RMS. */
export function norm(
  x: Tensor2D,
  weight: Tensor,
  bias: Tensor | undefined,
  { norm, norm_epsilon }: Pick<ModelConfig, 'norm' | 'norm_epsilon'>,
): Tensor2D {
  const scaled = tf.mul(norm === 'rms' ? rmsNorm(x, norm_epsilon) : layerNorm(x, norm_epsilon), weight) as Tensor2D;
  return bias ? tf.add(scaled, bias) : scaled;
}

/** Ba et al. 2016, eq. 4, before gain and bias: (x − μ) / √(σ² + ε). */
function layerNorm(x: Tensor2D, epsilon: number): Tensor2D {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}

/** Zhang & Sennrich 2019, eq. 4, before the gain: x / √(mean(x²) + ε). */
function rmsNorm(x: Tensor2D, epsilon: number): Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)));
}
