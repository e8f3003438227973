import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { isFlat, watchSteps } from './testing/flatness.ts';
import { trainToEnd } from './testing/tiny.ts';
import { type TinyTrainer, tinyTrainers } from './testing/tiny-trainers.ts';

vi.setConfig({ testTimeout: 60_000 }); // pure JavaScript, on a machine that may be busy

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const trainers = tinyTrainers(kernels);

/** An uninterrupted run, done once for all tests of it. */
const straightRun = remembering(async (name: TinyTrainer) => {
  const before = tf.memory().numTensors;
  const trainer = await trainers[name]();
  const steps = await watchSteps(trainer);
  const { files } = await trainer.finish();
  await trainer.checkpoint();
  trainer.dispose();
  return { files, steps, tensorsLeft: tf.memory().numTensors - before };
});

function remembering<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

const names = Object.keys(trainers) as TinyTrainer[];

describe.each(names)('the trainer of %s', (name) => {
  it('leaves no tensor behind, and holds no more of them from step to step', async () => {
    const { steps, tensorsLeft } = await straightRun(name);
    expect(isFlat(steps), steps.map(({ tensors, bytes }) => `${tensors}, ${bytes} bytes`).join('\n')).toBe(true);
    expect(tensorsLeft).toBe(0);
  });

  it('ends with the same bits when it was stopped and resumed', async () => {
    const straight = await straightRun(name);
    const first = await trainers[name]();
    while (first.step < straight.steps.length / 2) await first.advance();
    const checkpoint = await first.checkpoint();
    first.dispose();
    const resumed = await trainToEnd(await trainers[name](checkpoint));
    expect(resumed.steps.length).toBeLessThan(straight.steps.length);
    expect(resumed.files).toEqual(straight.files);
  });
});

const lossesOf = async (name: TinyTrainer) => {
  const { steps } = await straightRun(name);
  return [steps[0]?.metrics.loss ?? Number.NaN, steps.at(-1)?.metrics.loss ?? Number.NaN] as const;
};

it.each(['pretrain', 'sft', 'reward model', 'dpo', 'reward model with LoRA'] as const)(
  '%s lowers its loss',
  async (name) => {
    const [first, last] = await lossesOf(name);
    expect(last).toBeLessThan(0.8 * first);
  },
);

it.each(['sft with LoRA', 'dpo with LoRA'] as const)(
  '%s lowers its loss as far as an untrained head lets it',
  async (name) => {
    const [first, last] = await lossesOf(name);
    expect(last).toBeLessThan(first - 0.01);
  },
);
