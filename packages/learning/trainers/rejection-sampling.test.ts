import '@tensorflow/tfjs';
import type { RejectionSamplingHyperparameters } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { createRejectionSamplingTrainer } from './rejection-sampling.ts';
import { demonstrations, endingPolicy, otherTokenizer, tinyModel, trainToEnd } from './testing/tiny.ts';
import type { Files } from './trainer.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const policy = endingPolicy(4);
const rewardModel = tinyModel('reward_model', 2, 96, otherTokenizer);
/** Twenty prompts: two steps of sampling. */
const rows = [...demonstrations, ...demonstrations];

const create = (hyperparameters: RejectionSamplingHyperparameters = {}, resumeFrom?: Files, more: object = {}) =>
  createRejectionSamplingTrainer({
    kernels,
    policy,
    rewardModel,
    rows,
    seed: 1,
    resumeFrom,
    hyperparameters: {
      best_of: 3,
      temperature: 1,
      response_length: 3,
      batch_size: 8,
      learning_rate: 0.02,
      ...hyperparameters,
    },
    ...more,
  });

describe.each([
  ['', {}],
  [' with LoRA', { lora: { rank: 2 } }],
])('rejection sampling%s', (_name, hyperparameters) => {
  it('ends with the same bits whether it was stopped while sampling, while fine-tuning or never', async () => {
    const straight = await trainToEnd(await create(hyperparameters));
    for (const steps of [1, 3]) {
      const first = await create(hyperparameters);
      while (first.step < steps) await first.advance();
      const checkpoint = await first.checkpoint();
      first.dispose();
      const resumed = await trainToEnd(await create(hyperparameters, checkpoint));
      expect(resumed.files).toEqual(straight.files);
      expect(resumed.metrics).toEqual(straight.metrics);
    }
  });

  it('leaves no tensor behind, whenever it ends', async () => {
    const before = tf.memory().numTensors;
    for (const steps of [0, 1, 3]) {
      const trainer = await create(hyperparameters);
      while (trainer.step < steps) await trainer.advance();
      await trainer.checkpoint();
      trainer.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

describe('rejection sampling', () => {
  it('learns the best response of each prompt, by a reward model with another tokenizer', async () => {
    const { steps, metrics } = await trainToEnd(await create({ epochs: 3 }));
    const [first, second, ...learning] = steps;
    expect(metrics.best_score).toBeGreaterThan(metrics.score ?? Number.NaN);
    expect(metrics.kept_share).toBeGreaterThan(metrics.end_share ?? Number.NaN);
    expect(metrics.kept_share).toBeCloseTo(((first?.kept_share ?? 0) * 16 + (second?.kept_share ?? 0) * 4) / 20, 10);
    expect(learning.at(-1)?.loss).toBeLessThan(0.8 * (learning[0]?.loss ?? 0));
  });

  it('says so when no response ends, and when a model is of the wrong kind', async () => {
    const before = tf.memory().numTensors;
    const trainer = await create({}, undefined, { policy: tinyModel('policy'), rows: rows.slice(0, 1) });
    await expect(trainer.advance()).rejects.toThrow(/None of the policy's 3 responses/);
    trainer.dispose();
    await expect(create({}, undefined, { rewardModel: policy })).rejects.toThrow(/must be a reward model/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
