import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { norm } from './norms.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const x = [1, 3, -2, 6]; // mean 2, variance (1 + 1 + 16 + 16) / 4 = 8.5, mean square 50 / 4
const gain = [1, 2, 3, -1];

it('layer norm centres and scales, then has gain and bias', () => {
  const result = norm(tf.tensor2d([x]), tf.tensor1d(gain), tf.tensor1d([0, 0, 0, 10]), {
    norm: 'layer',
    norm_epsilon: 0.5,
  });
  [-1, 2, -12, -4].forEach((scaled, i) => {
    expect(result.dataSync()[i]).toBeCloseTo(scaled / 3 + (i === 3 ? 10 : 0), 6); // √(8.5 + 0.5) = 3
  });
});

it('RMS norm scales alone', () => {
  const result = norm(tf.tensor2d([x]), tf.tensor1d(gain), undefined, { norm: 'rms', norm_epsilon: 3.5 });
  [1, 6, -6, -6].forEach((scaled, i) => {
    expect(result.dataSync()[i]).toBeCloseTo(scaled / 4, 6); // √(12.5 + 3.5) = 4
  });
});
