import '@tensorflow/tfjs';
import type { PpoHyperparameters } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Kernels } from '../model/kernels.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { createPpoTrainer } from './ppo.ts';
import { UpdateNotNeutral } from './ppo-update.ts';
import { isFlat, watchSteps } from './testing/flatness.ts';
import {
  demonstrations,
  endingPolicy,
  otherTokenizer,
  tinyModel,
  trainToEnd,
  trainWithAndWithoutStop,
} from './testing/tiny.ts';
import type { Files } from './trainer.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const base = tinyModel('base');
const rewardModel = tinyModel('reward_model', 2);
const otherRewardModel = tinyModel('reward_model', 2, 96, otherTokenizer);

const job = (more: object = {}) => ({
  kernels,
  policy: base,
  rewardModel,
  rows: demonstrations,
  seed: 1,
  hyperparameters: { batch_size: 4, minibatch_size: 4, epochs: 1, total_episodes: 4, response_length: 5 },
  ...more,
});

/** Three iterations of four episodes in which the policy moves. */
const moving = (more: PpoHyperparameters = {}) => ({
  batch_size: 4,
  minibatch_size: 2,
  epochs: 1,
  total_episodes: 12,
  response_length: 4,
  learning_rate: 0.01,
  ...more,
});

describe('detail 12: the first update is neutral', () => {
  it.each([
    ['', {}],
    [', with LoRA', { hyperparameters: { ...job().hyperparameters, lora: { rank: 2 } } }],
    [', with another tokenizer', { rewardModel: otherRewardModel }],
  ])('every ratio is 1 and approximate KL 0%s', async (_, more) => {
    const { steps } = await trainToEnd(await createPpoTrainer(job(more)));
    expect(steps[0]).toMatchObject({ ratio: 1, approx_kl: 0, clip_fraction: 0, kl: 0 });
  });

  it('fails when sampling and updating see different policies', async () => {
    const unlike: Kernels = {
      ...kernels,
      forwardForTraining: (decoder, batch, rows) => {
        const pass = kernels.forwardForTraining(decoder, batch, rows);
        const hidden = tf.mul(pass.hidden, 1.5) as tf.Tensor2D;
        pass.hidden.dispose();
        return { ...pass, hidden };
      },
    };
    await expect(createPpoTrainer(job({ kernels: unlike })).then(trainToEnd)).rejects.toThrow(UpdateNotNeutral);
  });
});

describe.each([
  [
    'every option on',
    {
      hyperparameters: moving({
        kl_target: 0.001,
        kl_horizon: 40,
        value_clip_range: null,
        whiten_rewards: true,
        subtract_reference_score: true,
        length_penalty: 0.1,
      }),
    },
  ],
  ['LoRA', { hyperparameters: moving({ lora: { rank: 2 } }) }],
  ['LoRA and another tokenizer', { hyperparameters: moving({ lora: { rank: 2 } }), rewardModel: otherRewardModel }],
])('PPO with %s', (_name, more) => {
  const create = (resumeFrom?: Files) => createPpoTrainer(job({ ...more, resumeFrom }));

  it('ends with the same bits whether or not it was stopped and resumed', async () => {
    const { straight, resumed } = await trainWithAndWithoutStop(create);
    expect(resumed).toEqual(straight);
    expect(straight['model.safetensors']).not.toEqual(base['model.safetensors']);
  });

  it('leaves no tensor behind, and holds no more of them from step to step', async () => {
    const before = tf.memory().numTensors;
    const trainer = await create();
    expect(isFlat(await watchSteps(trainer))).toBe(true);
    await trainer.finish();
    await trainer.checkpoint();
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('PPO', () => {
  it('steers β towards the KL that is asked for', async () => {
    const hyperparameters = moving({ kl_target: 1000, kl_horizon: 40, kl_coefficient: 0.1 });
    const { steps } = await trainToEnd(await createPpoTrainer(job({ hyperparameters })));
    // Far below the target the error is −0.2 and a batch is a tenth of the horizon.
    const betas = steps.map(({ kl_coefficient }) => kl_coefficient);
    expect(betas).toEqual([0.1, 0.1 * 0.98, 0.1 * 0.98 ** 2].map((beta) => expect.closeTo(beta, 12)));
  });

  it('ends after the iteration whose KL exceeds the limit, and says so', async () => {
    const hyperparameters = moving({ kl_limit: 1e-6, learning_rate: 0.1, total_episodes: 60 });
    const trainer = await createPpoTrainer(job({ hyperparameters }));
    const kls: number[] = [];
    while (!trainer.finished) kls.push((await trainer.advance()).kl ?? Number.NaN);
    expect(trainer.step).toBeLessThan(trainer.totalSteps);
    expect(kls.filter((kl) => kl > 1e-6)).toEqual(kls.slice(-1));
    expect(trainer.earlyStop).toMatch(/more than kl_limit, 0\.000001/);
    const checkpoint = await trainer.checkpoint();
    trainer.dispose();
    const resumed = await createPpoTrainer(job({ hyperparameters, resumeFrom: checkpoint }));
    expect(resumed.finished).toBe(true);
    resumed.dispose();
  });

  it('says what the value network begins as, and refuses what is no reward model', async () => {
    const from = async (more: object) => {
      const trainer = await createPpoTrainer(job(more));
      trainer.dispose();
      return trainer.settings.value_network_from;
    };
    expect(await from({})).toBe('reward_model');
    expect(await from({ rewardModel: otherRewardModel })).toBe('policy');
    expect(await from({ rewardModel: tinyModel('reward_model', 2, 40) })).toBe('policy'); // it could not read all that the policy writes
    const before = tf.memory().numTensors;
    await expect(createPpoTrainer(job({ rewardModel: base }))).rejects.toThrow(/must be a reward model/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('with LoRA exports a model like any other', async () => {
    const { files } = await trainToEnd(await createPpoTrainer(job({ hyperparameters: moving({ lora: { rank: 2 } }) })));
    expect(files['model.safetensors']?.length).toBe(base['model.safetensors']?.length);
  });

  it('raises a reward: that of ending early', async () => {
    // Only a missing end is punished.
    const hyperparameters = moving({
      learning_rate: 0.02,
      batch_size: 12,
      minibatch_size: 6,
      epochs: 2,
      total_episodes: 72,
      kl_coefficient: 0,
      temperature: 1,
      missing_end_penalty: -10,
    });
    const { steps } = await trainToEnd(await createPpoTrainer(job({ policy: endingPolicy(3), hyperparameters })));
    expect(steps[0]?.end_share).toBeLessThan(0.5);
    expect(steps.at(-1)?.end_share).toBeGreaterThan(0.8);
    expect(steps.at(-1)?.score).toBeGreaterThan((steps[0]?.score ?? 0) + 4);
  });
});
