import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../checkpoint/model-files.ts';
import type { Decoder, Kernels, Lora } from '../model/kernels.ts';
import { copyParameters, disposeParameters, initialiseRewardHead } from '../model/parameters.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { shareEqualTensors } from './share-equal-tensors.ts';
import { withLora } from './with-lora.ts';

/**
 * The four models of a run, all owned by it. Frozen ones stand on one tensor wherever they are equal; with LoRA the two that learn
 * stand on the frozen ones, and only adapters and the value's head are their own.
 */
export interface PpoModels {
  kernels: Kernels;
  /** π_SFT. Frozen. */
  reference: Model;
  /** r_θ. Frozen. */
  rewardModel: Model;
  /** π. Begins as π_SFT. */
  policy: Model;
  /** V. */
  value: Decoder;
  /** What the value network begins as. */
  valueFrom: 'reward_model' | 'policy';
}

/** Takes over both models. */
export function createPpoModels(
  kernels: Kernels,
  { reference, rewardModel }: Pick<PpoModels, 'reference' | 'rewardModel'>,
  lora: Lora | null,
  random: RandomGenerator,
): PpoModels {
  // With LoRA this is one base for policy, reference, value and reward wherever the reward model has SFT's own weights. Those that its
  // training has changed, with LoRA the merged products, are a second base that value and reward share.
  shareEqualTensors(rewardModel.decoder, reference.decoder);
  const learner = (base: Decoder, name: string): Decoder =>
    lora ? withLora(base, lora, random.fork(name)) : { ...base, parameters: copyParameters(base.parameters) };
  const policy: Model = { ...reference, kind: 'policy', decoder: learner(reference.decoder, 'policy') };
  const { base, head, valueFrom } = valueStart({ reference, rewardModel }, random);
  const value = learner(base, 'value');
  return { kernels, reference, rewardModel, policy, value: withHead(value, head), valueFrom };
}

/**
 * The value network begins as the normalised reward model (Stiennon et al. 2020, section 3.4), and has a bias to learn. It reads the
 * policy's tokens: where the reward model cannot, for another tokenizer or too short a context, it begins as the policy with a new head.
 */
function valueStart({ reference, rewardModel }: Pick<PpoModels, 'reference' | 'rewardModel'>, random: RandomGenerator) {
  const { 'score.weight': weight, ...backbone } = rewardModel.decoder.parameters;
  const readsTokens =
    rewardModel.tokenizer.json === reference.tokenizer.json &&
    rewardModel.decoder.config.n_positions >= reference.decoder.config.n_positions;
  if (weight && readsTokens) {
    const head = { ...copyParameters({ 'score.weight': weight }), 'score.bias': tf.tensor1d([rewardModel.rewardBias]) };
    return { base: { ...rewardModel.decoder, parameters: backbone }, head, valueFrom: 'reward_model' as const };
  }
  const { decoder } = reference;
  const head = {
    ...initialiseRewardHead(decoder.config.n_embd, random.fork('value head')),
    'score.bias': tf.zeros([1]),
  };
  return { base: decoder, head, valueFrom: 'policy' as const };
}

const withHead = (decoder: Decoder, head: Decoder['parameters']): Decoder => ({
  ...decoder,
  parameters: { ...decoder.parameters, ...head },
});

export function disposePpoModels({ reference, rewardModel, policy, value }: PpoModels): void {
  for (const { decoder } of [reference, rewardModel, policy]) disposeParameters(decoder.parameters);
  disposeParameters(value.parameters); // what is shared is freed once
}
