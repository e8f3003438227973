import type { ModelConfig } from '@laurel/learning';
import type { Tensor } from '@tensorflow/tfjs-core';
import { placedTensors, toFile } from '../../../packages/learning/checkpoint/tensor-layouts.ts';
import { type Pass, splitIntoPasses } from '../../../packages/learning/trainers/pass.ts';
import type { Values } from '../comparison.ts';
import { cases } from '../fixtures.ts';

/** Every completion with its prompt, in the order of PyTorch's rows; prompts are shared. */
const sequences = cases.groups.flatMap(({ prefix, continuations }) =>
  continuations.map((completion) => ({ prompt: prefix, completion, truncated: false })),
);

/** All of them, packed without padding. */
export const pass = splitIntoPasses([sequences])[0] as Pass;

/** Tensors by Laurel's names, as a model's files name and lay them out. A value network's bias has no place there. */
export function asInFiles(config: ModelConfig, tensors: Record<string, Tensor>): Record<string, Values> {
  const { 'score.bias': bias, ...others } = tensors;
  const all: Record<string, Values> = bias ? { 'score.bias': { shape: bias.shape, values: bias.dataSync() } } : {};
  for (const placed of placedTensors(config, { isReward: 'score.weight' in others })) {
    const tensor = others[placed.name];
    if (tensor) Object.assign(all, toFile(placed, tensor.dataSync<'float32'>()));
  }
  return all;
}
