import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './model-config.ts';

/** The MLP's non-linearity: [N, F] → [N, F], or for a gated one [N, 2F] → [N, F]. */
export function activate(x: Tensor2D, activation: ModelConfig['activation']): Tensor2D {
  switch (activation) {
    case 'gelu_tanh':
      return geluTanh(x);
    case 'gelu':
      return gelu(x);
    case 'silu_gated':
      return siluGated(x);
  }
}

/** Hendrycks & Gimpel 2016, in the tanh form that GPT-2 was trained with: ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
function geluTanh(x: Tensor2D): Tensor2D {
  const cubic = tf.mul(tf.mul(tf.square(x), x), 0.044715);
  const inner = tf.mul(tf.add(x, cubic), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/** Hendrycks & Gimpel 2016: x Φ(x) = ½ x (1 + erf(x/√2)). */
function gelu(x: Tensor2D): Tensor2D {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** SwiGLU (Shazeer 2020, eq. 6): silu(gate) ⊙ up, of the two side by side; silu(z) = z σ(z). */
function siluGated(x: Tensor2D): Tensor2D {
  const [gate, up] = tf.split(x, 2, 1) as [Tensor2D, Tensor2D]; // [N, F] each
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}
