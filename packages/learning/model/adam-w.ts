import * as tf from '@tensorflow/tfjs-core';
import type { AdamWStep } from './kernels.ts';
import { parameter } from './parameters.ts';

/**
 * Loshchilov & Hutter 2019, algorithm 2, in PyTorch's form: decay, then
 * m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
 * Only matrices decay: a bias or a layer norm's scale pulled to 0 has no meaning. Replaces the tensors in the records and disposes the old ones.
 */
export function adamW(options: AdamWStep): void {
  const { parameters, gradients, firstMoments, secondMoments, step, learningRate, beta1, beta2, epsilon } = options;
  for (const [name, gradient] of Object.entries(gradients)) {
    const old = [parameters, firstMoments, secondMoments].map((record) => parameter(record, name));
    const [theta, m, v] = tf.tidy(() => {
      const [oldTheta, oldM, oldV] = old as [tf.Tensor, tf.Tensor, tf.Tensor];
      const g = tf.mul(gradient, options.gradientScale);
      const m = tf.add(tf.mul(oldM, beta1), tf.mul(g, 1 - beta1));
      const v = tf.add(tf.mul(oldV, beta2), tf.mul(tf.square(g), 1 - beta2));
      const denominator = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), epsilon);
      const update = tf.div(tf.div(m, 1 - beta1 ** step), denominator);
      const decay = oldTheta.rank === 2 ? 1 - learningRate * options.weightDecay : 1;
      return [tf.sub(tf.mul(oldTheta, decay), tf.mul(update, learningRate)), m, v] as const;
    });
    tf.dispose(old);
    parameters[name] = theta;
    firstMoments[name] = m;
    secondMoments[name] = v;
  }
}
