import { type Decoder, headName, type Kernels, nextTokenLoss, type Parameters, readModelFiles } from '@laurel/learning';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { mergeLora } from '../../../packages/learning/model/lora.ts';
import { differentiateLogProbs } from '../../../packages/learning/trainers/model-outputs.ts';
import { type Comparison, compare, compareAll, scalar, type Values, valuesOf } from '../comparison.ts';
import { cases, modelFiles, readExpected } from '../fixtures.ts';
import { pass } from './sequences.ts';

/** SFT of adapters: logits beside the base and merged into it, loss, and the gradients, which are the adapters' alone. */
export function lora(kernels: Kernels, family: string): Comparison[] {
  const expected = readExpected(family, 'lora');
  const { decoder: base } = readModelFiles(modelFiles(family, 'policy'));
  const adapters: Parameters = {};
  for (const [name, { shape, values }] of Object.entries(expected.under('h.')))
    adapters[`h.${name}`] = tf.tensor(values, [...shape]);
  const decoder = { ...base, parameters: { ...base.parameters, ...adapters }, lora: cases.lora };
  const step = differentiateLogProbs(kernels, { decoder, pass, temperature: 1, weight: 1 }, nextTokenLoss);
  const logits = expected.get('logits');
  return [
    compare('LoRA: logits', logitsOf(kernels, decoder), logits),
    compare('LoRA: logits when merged', logitsOf(kernels, mergeLora(decoder)), logits),
    compare('LoRA: SFT loss', scalar(step.loss), expected.get('loss')),
    ...compareAll('LoRA: gradients', byName(step.gradients), expected.under('gradient.')),
  ];
}

function logitsOf(kernels: Kernels, decoder: Decoder): Values {
  const hidden = kernels.forward(decoder, pass.batch, pass.rows); // [R, D]
  return valuesOf(tf.matMul(hidden, decoder.parameters[headName(decoder.config)] as Tensor2D, false, true));
}

const byName = (tensors: Parameters) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, valuesOf(tensor)]));
