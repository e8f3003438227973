import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { createPpoTrainer } from './ppo.ts';
import { createPretrainTrainer } from './pretrain.ts';
import { createRewardModelTrainer } from './reward-model.ts';
import { createSftTrainer } from './sft.ts';
import { comparisons, demonstrations, texts, tinyModel, trainToEnd, trainWithAndWithoutStop } from './testing/tiny.ts';
import type { Files, Trainer } from './trainer.ts';

vi.setConfig({ testTimeout: 60_000 }); // pure JavaScript, on a machine that may be busy

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const learning = { learning_rate: 0.01, batch_size: 4 };
const base = tinyModel('base');
const rewardModel = tinyModel('reward_model', 2);

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
    await trainer.advance();
    const during = tf.memory().numTensors;
    await trainer.advance();
    expect(tf.memory().numTensors).toBe(during);
    await trainer.finish();
    await trainer.checkpoint();
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(['pretrain', 'sft', 'reward model'])('the trainer of %s', (name) => {
  it('lowers its loss', async () => {
    const { steps } = await trainToEnd(await (trainers[name] as () => Promise<Trainer>)());
    const losses = steps.map(({ loss = Number.NaN }) => loss);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] ?? 0));
  });
});
