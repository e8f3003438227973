import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EarlyStopping } from './early-stopping.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Feeds losses of steps 10, 20, …, whose weights are those numbers. */
function watch(stopping: EarlyStopping, losses: number[], firstStep = 10) {
  for (const [i, loss] of losses.entries()) {
    const step = firstStep + 10 * i;
    const w = tf.scalar(step);
    stopping.observe({ step, loss }, { w });
    w.dispose();
  }
  return stopping;
}
const weightOf = ({ weights }: EarlyStopping) => weights.w?.dataSync()[0];

describe('EarlyStopping', () => {
  it('keeps the weights of the lowest loss and stops after as many others as its patience', () => {
    const stopping = watch(new EarlyStopping(2), [3, 2, 2]);
    expect(stopping.reason).toBeNull();
    watch(stopping, [2.5], 40);
    expect(weightOf(stopping)).toBe(20);
    expect(stopping.reason).toMatch(/below 2.000, that of step 20, in 2 measurements/);
    stopping.dispose();
  });

  it('begins to count again at each new lowest loss', () => {
    const stopping = watch(new EarlyStopping(2), [3, 4, 2, 3]);
    expect(stopping.reason).toBeNull();
    expect(weightOf(stopping)).toBe(30);
    stopping.dispose();
  });

  it('goes on from its state, and leaks nothing', () => {
    const before = tf.memory().numTensors;
    const first = watch(new EarlyStopping(2), [3, 4]);
    const resumed = new EarlyStopping(2, JSON.parse(JSON.stringify({ state: first.state, weights: {} })));
    expect(watch(resumed, [5], 30).reason).toMatch(/step 10, in 2/);
    first.dispose();
    resumed.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
