import {
  type Decoder,
  familyConfig,
  initialiseLora,
  initialiseParameters,
  type ModelConfig,
  RandomGenerator,
} from '@laurel/learning';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

export const size = { vocab_size: 61, n_positions: 160, n_embd: 48, n_layer: 3, n_head: 4, n_kv_head: 2 };
export const gpt2 = familyConfig('gpt2', size);
const neox = familyConfig('gpt_neox', size);
export const llama = familyConfig('llama', size);
const scaling = {
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 64,
};
/** Every setting that a family makes, and LoRA. */
const settings: Record<string, ModelConfig> = {
  'GPT-2': gpt2,
  'GPT-NeoX': neox,
  'GPT-NeoX, one after the other': { ...neox, parallel_residual: false },
  Llama: llama,
  'Llama 3.1, heads wider than D / H': { ...llama, head_size: 18, rotary: { size: 18, theta: 500_000, scaling } },
  Qwen2: familyConfig('qwen2', { ...size, n_kv_head: 1 }),
};
const lora = { rank: 4, alpha: 6 };
export const models = Object.entries(settings).flatMap(([name, config]) => [
  { name, config, lora: null },
  { name: `${name} with LoRA`, config, lora },
]);

// Largest distance, relative to the norm, that each precision's rounding explains.
export const tolerances = { float32: 1e-4, bfloat16: 3e-2 } as const;
export const precisions = ['float32', 'bfloat16'] as const;

/** Weights with noise added: zero biases, unit gains and adapters that change nothing would hide that one is read wrongly. */
export function newDecoder({ config, lora }: Pick<Decoder, 'config' | 'lora'>): Decoder {
  const random = RandomGenerator.fromSeed(1);
  const adapters = lora ? initialiseLora(config, lora, random) : {};
  const parameters = Object.entries({ ...initialiseParameters(config, random), ...adapters }).map(
    ([name, tensor], i) => [
      name,
      // The adapters' product is to be smaller than the weights that it is added to, as it is in use.
      tf.add(tensor, tf.randomNormal(tensor.shape, 0, name.endsWith('lora_B') ? 0.03 : 0.1, 'float32', i + 1)),
    ],
  );
  return { config, lora: lora ?? null, parameters: Object.fromEntries(parameters) };
}

/** |a − b| / |b| */
export function distance(a: Tensor, b: Tensor): number {
  return tf.tidy(() => tf.div(tf.norm(tf.sub(a, b)), tf.maximum(tf.norm(b), 1e-12)).dataSync()[0] as number);
}
