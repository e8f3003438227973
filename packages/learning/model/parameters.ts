import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { RandomGenerator } from '../random/random-generator.ts';
import type { ModelConfig, Parameters } from './kernels.ts';

/** Names of one block's parameters, after `h.<layer>.`, in the order in which the block uses them. */
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

/** Shape of every decoder parameter by its Hugging Face name. Matrices are stored [in, out], as GPT-2's `Conv1D` has them. */
export function parameterShapes(config: ModelConfig): Record<string, number[]> {
  const D = config.n_embd;
  const block: Record<BlockParameter, number[]> = {
    'ln_1.weight': [D],
    'ln_1.bias': [D],
    'attn.c_attn.weight': [D, 3 * D],
    'attn.c_attn.bias': [3 * D],
    'attn.c_proj.weight': [D, D],
    'attn.c_proj.bias': [D],
    'ln_2.weight': [D],
    'ln_2.bias': [D],
    'mlp.c_fc.weight': [D, 4 * D],
    'mlp.c_fc.bias': [4 * D],
    'mlp.c_proj.weight': [4 * D, D],
    'mlp.c_proj.bias': [D],
  };
  const shapes: Record<string, number[]> = {
    'wte.weight': [config.vocab_size, D],
    'wpe.weight': [config.n_positions, D],
  };
  for (let layer = 0; layer < config.n_layer; layer++)
    for (const name of BLOCK_PARAMETERS) shapes[`h.${layer}.${name}`] = block[name];
  return { ...shapes, 'ln_f.weight': [D], 'ln_f.bias': [D] };
}

/**
 * A new decoder's parameters, as GPT-2 begins: matrices normal with standard deviation 0.02, those that write into the
 * residual stream scaled by 1/√(2 L) (Radford et al. 2019, section 2.3), biases 0, layer norms the identity.
 */
export function initialiseParameters(config: ModelConfig, random: RandomGenerator): Parameters {
  if (config.n_embd % config.n_head !== 0)
    throw new Error(`width ${config.n_embd} cannot be divided into ${config.n_head} heads; choose a multiple`);
  const parameters: Parameters = {};
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const residual = name.endsWith('c_proj.weight') ? 1 / Math.sqrt(2 * config.n_layer) : 1;
    if (shape.length === 2) parameters[name] = normalTensor(shape, 0.02 * residual, random.fork(name));
    else parameters[name] = /ln_.*weight$/.test(name) ? tf.ones(shape) : tf.zeros(shape);
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
