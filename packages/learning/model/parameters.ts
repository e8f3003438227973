import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { RandomGenerator } from '../random/random-generator.ts';
import type { Lora, Parameters } from './kernels.ts';
import { type ModelConfig, qkvWidth } from './model-config.ts';

/** One block's parameters, after `h.<layer>.`, in the order in which the block uses them; a family may lack biases. */
export const BLOCK_PARAMETERS = [
  'ln_1.weight',
  'ln_1.bias',
  'attn.c_attn.weight',
  'attn.c_attn.bias',
  'attn.c_proj.weight',
  'attn.c_proj.bias',
  'ln_2.weight',
  'ln_2.bias',
  'mlp.c_fc.weight',
  'mlp.c_fc.bias',
  'mlp.c_proj.weight',
  'mlp.c_proj.bias',
] as const;
export type BlockParameter = (typeof BLOCK_PARAMETERS)[number];

/** The products of one block, which LoRA adapts. */
export const BLOCK_PRODUCTS = ['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj'] as const;
export type BlockProduct = (typeof BLOCK_PRODUCTS)[number];

/**
 * Shapes of one block's parameters, those that the config has. Matrices are stored [in, out], as GPT-2's `Conv1D` has them; queries,
 * keys and values lie side by side in `attn.c_attn`, gate and value of a gated MLP in `mlp.c_fc`.
 */
export function blockShapes(config: ModelConfig): Partial<Record<BlockParameter, number[]>> {
  const { n_embd: D, n_inner: F, n_head, head_size, norm, bias } = config;
  const Q = qkvWidth(config);
  const inner = config.activation === 'silu_gated' ? 2 * F : F;
  const hasBias = norm === 'layer';
  const shapes: Record<BlockParameter, number[] | null> = {
    'ln_1.weight': [D],
    'ln_1.bias': hasBias ? [D] : null,
    'attn.c_attn.weight': [D, Q],
    'attn.c_attn.bias': bias.qkv ? [Q] : null,
    'attn.c_proj.weight': [n_head * head_size, D],
    'attn.c_proj.bias': bias.attention ? [D] : null,
    'ln_2.weight': [D],
    'ln_2.bias': hasBias ? [D] : null,
    'mlp.c_fc.weight': [D, inner],
    'mlp.c_fc.bias': bias.mlp ? [inner] : null,
    'mlp.c_proj.weight': [F, D],
    'mlp.c_proj.bias': bias.mlp ? [D] : null,
  };
  return Object.fromEntries(Object.entries(shapes).filter(([, shape]) => shape !== null));
}

/** Shape of every decoder parameter. */
export function parameterShapes(config: ModelConfig): Record<string, number[]> {
  const { n_embd: D } = config;
  const shapes: Record<string, number[]> = { 'wte.weight': [config.vocab_size, D] };
  if (!config.rotary) shapes['wpe.weight'] = [config.n_positions, D];
  const block = Object.entries(blockShapes(config));
  for (let layer = 0; layer < config.n_layer; layer++)
    for (const [name, shape] of block) shapes[`h.${layer}.${name}`] = shape;
  shapes['ln_f.weight'] = [D];
  if (config.norm === 'layer') shapes['ln_f.bias'] = [D];
  if (!config.tied) shapes['lm_head.weight'] = [config.vocab_size, D];
  return shapes;
}

/**
 * A new decoder's parameters, as GPT-2 begins: matrices normal with standard deviation 0.02, those that write into the
 * residual stream scaled by 1/√(2 L) (Radford et al. 2019, section 2.3), biases 0, norms the identity.
 */
export function initialiseParameters(config: ModelConfig, random: RandomGenerator): Parameters {
  if (!Number.isInteger(config.head_size))
    throw new Error(`width ${config.n_embd} cannot be divided into ${config.n_head} heads; choose a multiple`);
  const parameters: Parameters = {};
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const residual = name.endsWith('c_proj.weight') ? 1 / Math.sqrt(2 * config.n_layer) : 1;
    if (shape.length === 2) parameters[name] = normalTensor(shape, 0.02 * residual, random.fork(name));
    else parameters[name] = /ln_.*weight$/.test(name) ? tf.ones(shape) : tf.zeros(shape);
  }
  return parameters;
}

/** Adapters that change nothing yet: A normal with standard deviation 1/√rank, B zero (Hu et al. 2021, section 4.1). */
export function initialiseLora(config: ModelConfig, { rank }: Lora, random: RandomGenerator): Parameters {
  const shapes = parameterShapes(config);
  const parameters: Parameters = {};
  for (let layer = 0; layer < config.n_layer; layer++) {
    for (const product of BLOCK_PRODUCTS) {
      const name = `h.${layer}.${product}`;
      const [input = 0, output = 0] = shapes[`${name}.weight`] ?? [];
      parameters[`${name}.lora_A`] = normalTensor([input, rank], 1 / Math.sqrt(rank), random.fork(`${name}.lora_A`));
      parameters[`${name}.lora_B`] = tf.zeros([rank, output]);
    }
  }
  return parameters;
}

/** `score.weight` [1, D] of a reward model: normal with standard deviation 1/√(D + 1) (detail 6). It has no bias: a comparison cannot learn one. */
export function initialiseRewardHead(width: number, random: RandomGenerator): Parameters {
  return { 'score.weight': normalTensor([1, width], 1 / Math.sqrt(width + 1), random.fork('score.weight')) };
}

/** `parameters[name]`; throws, naming it, if it is missing. */
export function parameter<T extends Tensor = Tensor>(parameters: Parameters, name: string): T {
  const tensor = parameters[name];
  if (!tensor) throw new Error(`the model has no parameter ${name}; its weights do not fit its config`);
  return tensor as T;
}

/** A record with buffers of its own, so that an in-place update of one leaves the other alone. */
export function copyParameters(parameters: Parameters): Parameters {
  const copy: Parameters = {};
  // A tfjs clone would share its buffer; a new tensor of the same values does not.
  for (const [name, tensor] of Object.entries(parameters))
    copy[name] = tf.tensor(tensor.dataSync().slice(), tensor.shape);
  return copy;
}

export function countParameters(parameters: Parameters): number {
  return Object.values(parameters).reduce((sum, tensor) => sum + tensor.size, 0);
}

export function disposeParameters(parameters: Parameters): void {
  tf.dispose(parameters);
}

function normalTensor(shape: number[], deviation: number, random: RandomGenerator): Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => deviation * random.normal());
  return tf.tensor(values, shape, 'float32');
}
