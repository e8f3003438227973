import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { activate } from './activations.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const valuesOf = (row: number[], activation: Parameters<typeof activate>[1]) =>
  tf.tidy(() => [...activate(tf.tensor2d([row]), activation).dataSync()]);
function expectClose(actual: number[], expected: number[]) {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
}

it('GELU is x Φ(x)', () => {
  // Φ(1) = 0.8413447, Φ(−2) = 0.0227501.
  expectClose(valuesOf([1, -2, 0], 'gelu'), [0.8413447, -0.0455003, 0]);
});

it('its tanh form is near it, and not it', () => {
  const tanh = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  expectClose(valuesOf([1, -2, 0], 'gelu_tanh'), [tanh(1), tanh(-2), 0]);
  expect(tanh(1)).toBeCloseTo(0.84119, 5);
});

it('SwiGLU is silu of the first half times the second', () => {
  const silu = (z: number) => z / (1 + Math.exp(-z));
  expectClose(valuesOf([1, -2, 3, 5], 'silu_gated'), [3 * silu(1), 5 * silu(-2)]);
});
