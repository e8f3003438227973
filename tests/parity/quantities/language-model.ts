import { headName, type Kernels, nextTokenLoss, readModelFiles } from '@laurel/learning';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { differentiateLogProbs } from '../../../packages/learning/trainers/model-outputs.ts';
import { type Comparison, compare, compareAll, scalar, valuesOf } from '../comparison.ts';
import { modelFiles, readExpected } from '../fixtures.ts';
import { asInFiles, pass } from './sequences.ts';

/** Logits, loss and every gradient of SFT. */
export function languageModel(kernels: Kernels, family: string): Comparison[] {
  const expected = readExpected(family, 'sft');
  const { decoder } = readModelFiles(modelFiles(family, 'policy'));
  const { config, parameters } = decoder;
  const hidden = kernels.forward(decoder, pass.batch, pass.rows); // [R, D]
  const logits = tf.matMul(hidden, parameters[headName(config)] as Tensor2D, false, true);
  const step = differentiateLogProbs(kernels, { decoder, pass, temperature: 1, weight: 1 }, nextTokenLoss);
  return [
    compare('logits', valuesOf(logits), expected.get('logits')),
    compare('SFT loss', scalar(step.loss), expected.get('loss')),
    ...compareAll('SFT gradients', asInFiles(config, step.gradients), expected.under('gradient.')),
  ];
}
