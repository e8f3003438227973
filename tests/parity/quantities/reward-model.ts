import { type Kernels, readModelFiles, rewardPairLoss } from '@laurel/learning';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { differentiateHeadValues } from '../../../packages/learning/trainers/model-outputs.ts';
import { type Comparison, compare, compareAll, list, scalar, valuesOf } from '../comparison.ts';
import { Expected, modelFiles, readExpected } from '../fixtures.ts';
import { asInFiles, pass } from './sequences.ts';

/** Rewards, loss and every gradient of the reward model. */
export function rewardModel(kernels: Kernels, family: string): Comparison[] {
  const expected = readExpected(family, 'reward-pairs');
  const { decoder } = readModelFiles(modelFiles(family, 'reward'));
  const outputs = { decoder, batch: pass.batch, rows: pass.lastRows, weight: 1 };
  const step = differentiateHeadValues(kernels, outputs, (rewards) => rewardPairLoss(...chosenAndRejected(rewards)));
  return [
    compare('rewards', list(step.values), expected.get('rewards')),
    compare('reward pair loss', scalar(step.loss), expected.get('loss')),
    ...compareAll('reward pair gradients', asInFiles(decoder.config, step.gradients), expected.under('gradient.')),
  ];
}

/** The same loss with margins, with weights and with both, and its gradient in the rewards. */
export function rewardLossOptions(): Comparison[] {
  const expected = new Expected('weighted-pairs.safetensors');
  const vector = (name: string) => tf.tensor1d(expected.get(name).values);
  const [margins, weights] = [vector('margins'), vector('weights')];
  return Object.entries({ margins: { margins }, weights: { weights }, both: { margins, weights } }).flatMap(
    ([part, options]) => {
      const loss = (rewards: tf.Tensor) => rewardPairLoss(...chosenAndRejected(rewards as Tensor1D), options);
      const { value, grad } = tf.valueAndGrad(loss)(vector('scores'));
      return [
        compare('reward pair loss with margins and weights', valuesOf(value), expected.get(`loss.${part}`), { part }),
        compare('reward pair gradients with margins and weights', valuesOf(grad), expected.get(`gradient.${part}`), {
          part,
        }),
      ];
    },
  );
}

/** Completions stand in pairs, the better first. [2 P] → [P] each. */
export const chosenAndRejected = (values: Tensor1D) =>
  tf.unstack(tf.reshape(values, [-1, 2]), 1) as [Tensor1D, Tensor1D];
