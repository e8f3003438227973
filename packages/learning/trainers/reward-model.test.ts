import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { scoreCompletions } from '../evaluation/score-completions.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { createRewardModelTrainer } from './reward-model.ts';
import { comparisons, demonstrations, tinyModel, trainToEnd, withModel } from './testing/tiny.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const job = {
  kernels,
  parent: tinyModel('policy'),
  rows: comparisons,
  references: demonstrations,
  seed: 1,
  validationFraction: 0.2,
  hyperparameters: { learning_rate: 0.01, batch_size: 4, epochs: 4 },
};

describe('the reward model', () => {
  it('learns which of two is better, on posts it has not seen', async () => {
    const { metrics } = await trainToEnd(await createRewardModelTrainer(job));
    expect(metrics).toMatchObject({ validation_comparisons: 2, validation_accuracy: 1 });
  });

  it('scores its references 0 on average (detail 7)', async () => {
    const { files, metrics } = await trainToEnd(await createRewardModelTrainer(job));
    withModel(files, (model) => {
      const items = demonstrations.map(({ prompt, completion }) => ({ prompt, completions: [completion] }));
      const scores = scoreCompletions(kernels, model, items).flat();
      expect(scores.reduce((sum, { score }) => sum + score, 0) / scores.length).toBeCloseTo(0, 5);
      expect(model.rewardBias).toBeCloseTo(-(metrics.reference_reward ?? Number.NaN), 6);
    });
  });

  it('says so when no comparison fits the context', async () => {
    const parent = tinyModel('policy', 1, 6);
    const before = tf.memory().numTensors;
    await expect(createRewardModelTrainer({ ...job, parent })).rejects.toThrow(/context of 6 tokens \(8 do not\)/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
