import { dpoLoss, type Kernels, readModelFiles } from '@laurel/learning';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { differentiateLogProbs } from '../../../packages/learning/trainers/model-outputs.ts';
import { splitBySequence } from '../../../packages/learning/trainers/pass.ts';
import { type Comparison, compare, compareAll, list, scalar } from '../comparison.ts';
import { cases, modelFiles, readExpected } from '../fixtures.ts';
import { chosenAndRejected } from './reward-model.ts';
import { asInFiles, pass } from './sequences.ts';

const { beta } = cases.dpo;

/** Implicit rewards, loss and every gradient. */
export function dpo(kernels: Kernels, family: string): Comparison[] {
  const expected = readExpected(family, 'dpo');
  const { decoder } = readModelFiles(modelFiles(family, 'policy'));
  const reference = expected.get('reference_log_probs').values;
  const [refChosen, refRejected] = chosenAndRejected(tf.tensor1d(reference));
  const step = differentiateLogProbs(kernels, { decoder, pass, temperature: 1, weight: 1 }, (logProbs) => {
    const [chosen, rejected] = chosenAndRejected(sumBySequence(logProbs));
    return dpoLoss(chosen, rejected, { chosen: refChosen, rejected: refRejected }, beta);
  });
  const sums = splitBySequence(pass, step.logProbs).map((own) => own.reduce((sum, value) => sum + value, 0));
  const rewards = sums.map((sum, i) => beta * (sum - (reference[i] as number)));
  return [
    compare('DPO implicit rewards', list(rewards), expected.get('rewards')),
    compare('DPO loss', scalar(step.loss), expected.get('loss')),
    ...compareAll('DPO gradients', asInFiles(decoder.config, step.gradients), expected.under('gradient.')),
  ];
}

/** [R] → [B]. */
function sumBySequence(logProbs: Tensor1D): Tensor1D {
  const sequenceOf = pass.sequences.flatMap(({ completion }, s) => completion.map(() => s)); // [R]
  const members = tf.oneHot(tf.tensor1d(sequenceOf, 'int32'), pass.sequences.length, 1, 0, 'float32'); // [R, B]
  return tf.reshape(tf.matMul(tf.reshape(logProbs, [1, -1]), members as tf.Tensor2D), [-1]);
}
