import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Decoder, Parameters } from './kernels.ts';
import { parameter } from './parameters.ts';

/**
 * The decoder without adapters that computes the same: every adapted product's W + (alpha / rank) A·B (Hu et al. 2021, section
 * 4.1). The caller disposes its record; tensors that no adapter stands beside share their buffers with `decoder`'s.
 */
export function mergeLora({ config, parameters, lora }: Decoder): Decoder {
  const merged: Parameters = {};
  for (const [name, tensor] of Object.entries(parameters)) {
    if (/\.lora_[AB]$/.test(name)) continue;
    const product = name.replace(/\.weight$/, '');
    merged[name] = lora && `${product}.lora_A` in parameters ? mergedWeight(product) : tensor.clone();
  }
  return { config, parameters: merged };

  function mergedWeight(product: string): Tensor2D {
    const [weight, A, B] = ['weight', 'lora_A', 'lora_B'].map((part) =>
      parameter<Tensor2D>(parameters, `${product}.${part}`),
    ) as [Tensor2D, Tensor2D, Tensor2D];
    const { alpha, rank } = lora ?? { alpha: 0, rank: 1 };
    return tf.tidy(() => tf.add(weight, tf.mul(tf.matMul(A, B), alpha / rank)));
  }
}
