import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder, Parameters } from './kernels.ts';
import { BLOCK_PARAMETERS, type BlockParameter, parameter } from './parameters.ts';

export type BlockWeights = Record<BlockParameter, Tensor>;

/** The parameters of block `layer`, by their names within it. */
export function blockWeights(parameters: Parameters, layer: number): BlockWeights {
  const entries = BLOCK_PARAMETERS.map((name) => [name, parameter(parameters, `h.${layer}.${name}`)]);
  return Object.fromEntries(entries) as BlockWeights;
}

/**
 * One pre-norm transformer block of GPT-2: x + attention(norm x), then that + mlp(norm of that).
 * @param x residual stream [N, D]
 * @param attend mixes the rows: from queries, keys and values side by side [N, 3D] to [N, D]
 */
export function decoderBlock(
  x: Tensor2D,
  weights: BlockWeights,
  layerNormEpsilon: number,
  attend: (queriesKeysValues: Tensor2D) => Tensor2D,
): Tensor2D {
  const norm = (input: Tensor2D, name: 'ln_1' | 'ln_2') =>
    layerNorm(input, weights[`${name}.weight`], weights[`${name}.bias`], layerNormEpsilon);
  const linear = (input: Tensor2D, name: 'attn.c_attn' | 'attn.c_proj' | 'mlp.c_fc' | 'mlp.c_proj') =>
    tf.add(tf.matMul(input, weights[`${name}.weight`] as Tensor2D), weights[`${name}.bias`]) as Tensor2D;

  const queriesKeysValues = linear(norm(x, 'ln_1'), 'attn.c_attn'); // [N, 3D]
  const attended = tf.add(x, linear(attend(queriesKeysValues), 'attn.c_proj')) as Tensor2D; // [N, D]
  const inner = gelu(linear(norm(attended, 'ln_2'), 'mlp.c_fc')); // [N, 4D]
  return tf.add(attended, linear(inner, 'mlp.c_proj')); // [N, D]
}

/** Ba et al. 2016, over the last axis. */
export function layerNorm(x: Tensor2D, weight: Tensor, bias: Tensor, epsilon: number): Tensor2D {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), weight), bias);
}

/** Hendrycks & Gimpel 2016, in the tanh form that GPT-2 was trained with: ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
function gelu(x: Tensor2D): Tensor2D {
  const cubic = tf.mul(tf.mul(tf.square(x), x), 0.044715);
  const inner = tf.mul(tf.add(x, cubic), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/** Token and position embeddings, summed. [N, D]. */
export function embed(parameters: Parameters, tokens: Int32Array, positions: Int32Array): Tensor2D {
  const rows = (name: string, indices: Int32Array) =>
    tf.gather(parameter<Tensor2D>(parameters, name), tf.tensor1d(indices, 'int32'));
  return tf.add(rows('wte.weight', tokens), rows('wpe.weight', positions));
}

/** The final layer norm, of the last block's output at the rows that are read. [R, D] → [R, D]. */
export function finalHidden({ config, parameters }: Decoder, output: Tensor2D): Tensor2D {
  const [weight, bias] = [parameter(parameters, 'ln_f.weight'), parameter(parameters, 'ln_f.bias')];
  return layerNorm(output, weight, bias, config.norm_epsilon);
}
