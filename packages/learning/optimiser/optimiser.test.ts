import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { portableKernels } from '../model/portable-kernels.ts';
import { cosineSchedule, linearSchedule } from './learning-rate.ts';
import { createOptimiserState, Diverged, disposeOptimiserState, updateParameters } from './optimiser.ts';

const settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, maxGradientNorm: 1 };

beforeEach(async () => {
  await tf.setBackend('cpu');
});

describe('updateParameters', () => {
  const start = () => ({ w: tf.tensor2d([[1, -2]]) as tf.Tensor, b: tf.tensor1d([0.5]) as tf.Tensor });
  const update = (gradients: Record<string, tf.Tensor>, more: object = {}) => {
    const parameters: Record<string, tf.Tensor> = start();
    const state = createOptimiserState(parameters);
    const options = { parameters, gradients, state, settings: { ...settings, ...more }, learningRate: 0.1 };
    const { gradientNorm } = updateParameters(portableKernels, options);
    return { parameters, state, gradientNorm };
  };
  const values = (tensor: tf.Tensor | undefined) => [...(tensor?.dataSync() ?? [])];

  it('moves each weight by the learning rate against its gradient in the first step', () => {
    // m / (1 − β₁) = g and √(v / (1 − β₂)) = |g|, so that the first step is η sign(g).
    const { parameters, state } = update({ w: tf.tensor2d([[0.3, -0.2]]), b: tf.tensor1d([0.1]) });
    expect(values(parameters.w)).toEqual([0.9, -1.9].map((v) => expect.closeTo(v, 5)));
    expect(values(parameters.b)).toEqual([expect.closeTo(0.4, 5)]);
    expect(state.step).toBe(1);
  });

  it('keeps moments of the clipped gradient', () => {
    const { state, gradientNorm } = update({ w: tf.tensor2d([[3, 0]]), b: tf.tensor1d([4]) });
    expect(gradientNorm).toBeCloseTo(5, 5);
    expect(values(state.firstMoments.w)).toEqual([0.06, 0].map((v) => expect.closeTo(v, 6)));
    expect(values(state.secondMoments.b)).toEqual([expect.closeTo(0.001 * 0.64, 8)]);
  });

  it('decays matrices and leaves vectors', () => {
    const { parameters } = update({ w: tf.zeros([1, 2]), b: tf.zeros([1]) }, { weightDecay: 0.5 });
    expect(values(parameters.w)).toEqual([0.95, -1.9].map((v) => expect.closeTo(v, 5)));
    expect(values(parameters.b)).toEqual([0.5]);
  });

  it('leaves parameters without a gradient alone', () => {
    expect(values(update({ b: tf.tensor1d([1]) }).parameters.w)).toEqual([1, -2]);
  });

  it('refuses a gradient that is not finite, before it changes anything', () => {
    const parameters = start();
    const state = createOptimiserState(parameters);
    const gradients = { w: tf.tensor2d([[Number.NaN, 0]]) };
    expect(() =>
      updateParameters(portableKernels, { parameters, gradients, state, settings, learningRate: 1 }),
    ).toThrow(Diverged);
    expect(values(parameters.w)).toEqual([1, -2]);
    expect(state.step).toBe(0);
  });

  it('leaks nothing', () => {
    const parameters = start();
    const gradients = { w: tf.tensor2d([[3, 0]]), b: tf.tensor1d([4]) };
    const before = tf.memory().numTensors;
    const state = createOptimiserState(parameters);
    updateParameters(portableKernels, { parameters, gradients, state, settings, learningRate: 0.1 });
    disposeOptimiserState(state);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('learning-rate schedules', () => {
  const rates = (schedule: (step: number) => number, steps: number) =>
    Array.from({ length: steps }, (_, step) => expect.closeTo(schedule(step), 10));
  const options = { peak: 8, totalSteps: 6, warmupSteps: 2 };

  it('linear: warms up, then falls to 0 after the last step', () => {
    expect([4, 8, 8, 6, 4, 2, 0]).toEqual(rates(linearSchedule(options), 7));
    expect([8, 6, 4, 2]).toEqual(rates(linearSchedule({ peak: 8, totalSteps: 4 }), 4));
  });

  it('cosine: falls slowly, fast, slowly', () => {
    const half = Math.SQRT1_2;
    expect([4, 8, 8, 4 * (1 + half), 4, 4 * (1 - half), 0]).toEqual(rates(cosineSchedule(options), 7));
  });
});
