import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModelFiles } from '../checkpoint/model-files.ts';
import { parameter } from '../model/parameters.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { Diverged } from '../optimiser/optimiser.ts';
import { fineTuningSettings } from '../settings/hyperparameters.ts';
import { singly } from './example-order.ts';
import { createSupervisedTrainer, type SupervisedTask } from './supervised-trainer.ts';
import { tinyModel, trainToEnd, withModel } from './testing/tiny.ts';
import type { Files } from './trainer.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const base = tinyModel('policy');
/** Which weight the task pushes up by the learning rate in each step; it begins at 0. */
const pushed = 'ln_f.bias';
const weightOf = (files: Files) => withModel(files, ({ decoder }) => weightIn(decoder.parameters));
const weightIn = (parameters: Record<string, tf.Tensor>) =>
  parameter(parameters, pushed).dataSync<'float32'>()[0] ?? Number.NaN;

/** Pushes a weight up without end; its validation loss is lowest where the weight is 0.4. */
function pushingTask(more: Partial<SupervisedTask> = {}): SupervisedTask {
  const model = readModelFiles(more.resumeFrom ?? base);
  const hyperparameters = { learning_rate: 0.1, batch_size: 1, epochs: 1, evaluate_every: 2, patience: 2 };
  return {
    kernels,
    model,
    hyperparameters: fineTuningSettings('sft', 1e4, hyperparameters),
    seed: 1,
    groups: singly(40),
    leftOut: 0,
    differentiate: () => ({ gradients: { [pushed]: tf.fill([16], -1) }, metrics: { loss: 1 } }),
    validate: () => ({ validation_loss: (weightIn(model.decoder.parameters) - 0.4) ** 2 }),
    finish: () => ({ model, metrics: {} }),
    resumeFrom: undefined,
    ...more,
  };
}

describe('early stopping', () => {
  it('ends before the last step, says why, and returns the best weights', async () => {
    const trainer = createSupervisedTrainer(pushingTask());
    const { steps, files, metrics } = await trainToEnd(trainer);
    // Weights 0.2, 0.4, 0.6, 0.8 after steps 2, 4, 6, 8, by nearly constant learning rates.
    expect(steps.map(({ validation_loss }) => validation_loss !== undefined)).toEqual(steps.map((_, i) => i % 2 === 1));
    expect(steps.length).toBe(8);
    expect(trainer.totalSteps).toBe(40);
    expect(trainer.earlyStop).toMatch(/that of step 4, in 2 measurements/);
    expect(weightOf(files)).toBeCloseTo(0.4, 1);
    expect(metrics.validation_loss).toBe(steps[3]?.validation_loss);
  });

  it.each([3, 5, 7, 8])('resumes exactly from a checkpoint of step %d', async (step) => {
    const straight = await trainToEnd(createSupervisedTrainer(pushingTask()));
    const first = createSupervisedTrainer(pushingTask());
    while (first.step < step) await first.advance();
    const resumeFrom = await first.checkpoint();
    first.dispose();
    const resumed = await trainToEnd(createSupervisedTrainer(pushingTask({ resumeFrom })));
    expect(step + resumed.steps.length).toBe(8);
    expect(resumed.files).toEqual(straight.files);
  });

  it('without patience measures and goes on', async () => {
    const hyperparameters = fineTuningSettings('sft', 1e4, { learning_rate: 0.1, batch_size: 1, evaluate_every: 15 });
    const trainer = createSupervisedTrainer(pushingTask({ hyperparameters }));
    const { steps } = await trainToEnd(trainer);
    expect(steps.flatMap(({ validation_loss }, i) => (validation_loss === undefined ? [] : i + 1))).toEqual([
      15, 30, 40,
    ]);
    expect(trainer.earlyStop).toBeNull();
  });

  it('is refused where nothing is held out, and frees everything', () => {
    const before = tf.memory().numTensors;
    expect(() => createSupervisedTrainer(pushingTask({ validate: null }))).toThrow(/holds out no example/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('a loss that is no number stops the run before it changes a weight', async () => {
  const task = pushingTask({
    differentiate: () => ({ gradients: { [pushed]: tf.ones([16]) }, metrics: { loss: Number.NaN } }),
  });
  const before = tf.memory().numTensors;
  const trainer = createSupervisedTrainer(task);
  const held = tf.memory().numTensors;
  await expect(trainer.advance()).rejects.toThrow(Diverged);
  expect(tf.memory().numTensors).toBe(held);
  expect([trainer.step, weightIn(task.model.decoder.parameters)]).toEqual([0, 0]);
  trainer.dispose();
  expect(tf.memory().numTensors).toBeLessThan(before);
});
