import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { createDpoTrainer } from './dpo.ts';
import { createPpoTrainer } from './ppo.ts';
import { createPretrainTrainer } from './pretrain.ts';
import { createRewardModelTrainer } from './reward-model.ts';
import { createSftTrainer } from './sft.ts';
import { heldAfterSteps } from './testing/flatness.ts';
import { comparisons, demonstrations, texts, tinyModel, trainToEnd, trainWithAndWithoutStop } from './testing/tiny.ts';
import type { Files, Trainer } from './trainer.ts';

vi.setConfig({ testTimeout: 60_000 }); // pure JavaScript, on a machine that may be busy

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const learning = { learning_rate: 0.01, batch_size: 4 };
const base = tinyModel('base');
const rewardModel = tinyModel('reward_model', 2);

const preferences = {
  kernels,
  parent: base,
  rows: comparisons,
  seed: 1,
  validationFraction: 0.2,
  hyperparameters: { ...learning, epochs: 5 },
};
const adapted = (job: typeof preferences) => ({
  ...job,
  hyperparameters: { ...job.hyperparameters, learning_rate: 0.1, epochs: 5, lora: { rank: 4, alpha: 8 } },
});

/** Each trainer on its toy task; called with a checkpoint, it goes on from there. */
const trainers: Record<string, (resumeFrom?: Files) => Promise<Trainer>> = {
  pretrain: (resumeFrom) =>
    createPretrainTrainer({
      kernels,
      rows: texts,
      seed: 1,
      resumeFrom,
      vocabularySize: 260,
      architecture: { layers: 1, width: 16, heads: 2, context: 40 },
      hyperparameters: { learning_rate: 0.03, batch_size: 8, epochs: 5 },
    }),
  sft: (resumeFrom) =>
    createSftTrainer({
      kernels,
      parent: base,
      rows: demonstrations,
      seed: 1,
      resumeFrom,
      validationFraction: 0,
      hyperparameters: { ...learning, epochs: 5 },
    }),
  'reward model': (resumeFrom) =>
    createRewardModelTrainer({
      kernels,
      parent: base,
      rows: comparisons,
      references: demonstrations,
      seed: 1,
      resumeFrom,
      validationFraction: 0.2,
      hyperparameters: { ...learning, epochs: 5 },
    }),
  dpo: (resumeFrom) => createDpoTrainer({ ...preferences, resumeFrom }),
  'dpo with LoRA': (resumeFrom) => createDpoTrainer({ ...adapted(preferences), resumeFrom }),
  'sft with LoRA': (resumeFrom) =>
    createSftTrainer({ ...adapted(preferences), rows: demonstrations, validationFraction: 0, resumeFrom }),
  'reward model with LoRA': (resumeFrom) =>
    createRewardModelTrainer({ ...adapted(preferences), references: demonstrations, resumeFrom }),
  'sft that stops early': (resumeFrom) =>
    createSftTrainer({
      ...preferences,
      rows: demonstrations,
      validationFraction: 0.2,
      resumeFrom,
      hyperparameters: { ...learning, learning_rate: 0.1, epochs: 10, evaluate_every: 2, patience: 2 },
    }),
  ppo: (resumeFrom) =>
    createPpoTrainer({
      kernels,
      policy: base,
      rewardModel,
      rows: demonstrations,
      seed: 1,
      resumeFrom,
      hyperparameters: { batch_size: 6, minibatch_size: 3, epochs: 2, total_episodes: 18, response_length: 6 },
    }),
};

describe.each(Object.entries(trainers))('the trainer of %s', (_name, create) => {
  it('ends with the same bits whether or not it was stopped and resumed', async () => {
    const { straight, resumed } = await trainWithAndWithoutStop(create);
    expect(resumed).toEqual(straight);
    expect(straight['model.safetensors']).not.toEqual(base['model.safetensors']);
  });

  it('leaves no tensor behind, and holds no more of them from step to step', async () => {
    const before = tf.memory().numTensors;
    const trainer = await create();
    const held = await heldAfterSteps(trainer);
    const settled = held.slice(1); // from the second step on early stopping holds its best weights
    expect(new Set(settled.map(({ tensors, bytes }) => `${tensors} tensors, ${bytes} bytes`)).size).toBe(1);
    await trainer.finish();
    await trainer.checkpoint();
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

const lossesOf = async (name: string) => {
  const { steps } = await trainToEnd(await (trainers[name] as () => Promise<Trainer>)());
  return [steps[0]?.loss ?? Number.NaN, steps.at(-1)?.loss ?? Number.NaN] as const;
};

it.each(['pretrain', 'sft', 'reward model', 'dpo', 'reward model with LoRA'])('%s lowers its loss', async (name) => {
  const [first, last] = await lossesOf(name);
  expect(last).toBeLessThan(0.8 * first);
});

it.each(['sft with LoRA', 'dpo with LoRA'])('%s lowers its loss as far as an untrained head lets it', async (name) => {
  const [first, last] = await lossesOf(name);
  expect(last).toBeLessThan(first - 0.01);
});
