import {
  cosineSchedule,
  createOptimiserState,
  type Kernels,
  linearSchedule,
  nextTokenLoss,
  readModelFiles,
  updateParameters,
} from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { differentiateLogProbs } from '../../../packages/learning/trainers/model-outputs.ts';
import { type Comparison, compare, compareAll, list } from '../comparison.ts';
import { cases, modelFiles, readExpected } from '../fixtures.ts';
import { asInFiles, pass } from './sequences.ts';

const { steps, warmup_steps, learning_rate, beta1, beta2, epsilon, weight_decay, max_gradient_norm } = cases.training;
const schedule = { peak: learning_rate, totalSteps: steps, warmupSteps: warmup_steps };

/** Each step multiplies the rounding of the one before. */
const tolerance = 3e-4;

/** Twenty updates of SFT: loss and gradient norm of each, and the parameters that they end with. */
export function training(kernels: Kernels, family: string): Comparison[] {
  const expected = readExpected(family, 'training');
  const { decoder } = readModelFiles(modelFiles(family, 'policy'));
  const { config, parameters } = decoder;
  const state = createOptimiserState(parameters);
  const settings = { beta1, beta2, epsilon, weightDecay: weight_decay, maxGradientNorm: max_gradient_norm };
  const learningRate = cosineSchedule(schedule);
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < steps; step++) {
    const options = { decoder, pass, temperature: 1, weight: 1 };
    const { loss, gradients } = differentiateLogProbs(kernels, options, nextTokenLoss);
    const update = { parameters, gradients, state, settings, learningRate: learningRate(step) };
    norms.push(updateParameters(kernels, update).gradientNorm);
    losses.push(loss);
    tf.dispose(gradients);
  }
  const trained = asInFiles(config, parameters);
  return [
    compare('20 steps: losses', list(losses), expected.get('losses'), { tolerance }),
    compare('20 steps: gradient norms', list(norms), expected.get('gradient_norms'), { tolerance }),
    ...compareAll('20 steps: parameters', trained, expected.under('parameter.'), { tolerance }),
  ];
}

/** Learning rates of every step. */
export function schedules(): Comparison[] {
  const rates = { cosine: cosineSchedule(schedule), linear: linearSchedule(schedule) };
  return Object.entries(rates).map(([part, rate]) => {
    const expected = cases.schedules[part as keyof typeof rates];
    const actual = expected.map((_, step) => rate(step));
    return compare('learning-rate schedules', list(actual), list(expected), { part });
  });
}
