import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readModelFiles, writeModelFiles } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { ppoSettings } from '../settings/hyperparameters.ts';
import { splitIntoPasses } from './pass.ts';
import { createPpoTrainer, UpdateNotNeutral } from './ppo.ts';
import { assignAdvantages, measureEpisodes, rollOut } from './ppo-episodes.ts';
import { demonstrations, tinyModel, tokenizer, trainToEnd, withModel } from './testing/tiny.ts';
import type { Files } from './trainer.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const base = tinyModel('base');
const rewardModel = tinyModel('reward_model', 2);
const rollOutWith = (settings: Parameters<typeof ppoSettings>[1], policyFiles = base) =>
  withModel(policyFiles, (policy) =>
    withModel(rewardModel, (reward) => {
      const prompts = [tokenizer.encode('the red door'), tokenizer.encode('the blue')];
      const hyperparameters = ppoSettings(1e4, { response_length: 5, ...settings });
      const episodes = rollOut(
        { kernels, policy, rewardModel: reward },
        prompts,
        hyperparameters,
        RandomGenerator.fromSeed(1),
      );
      const value = {
        ...reward.decoder,
        parameters: { ...reward.decoder.parameters, 'score.bias': tf.tensor1d([0.5]) },
      };
      const passes = splitIntoPasses(episodes.map((episode) => [episode]));
      const models = { kernels, policy: policy.decoder, reference: policy.decoder, value };
      measureEpisodes(models, passes, hyperparameters);
      assignAdvantages(episodes, hyperparameters);
      value.parameters['score.bias']?.dispose();
      return episodes;
    }),
  );

/** A policy that ends every response at once. */
function endingPolicy(): Files {
  const model = readModelFiles(base);
  const wte = model.decoder.parameters['wte.weight'] as tf.Tensor2D;
  const bias = model.decoder.parameters['ln_f.bias'] as tf.Tensor1D;
  const direction = tf.tidy(() => tf.mul(10_000, tf.slice(wte, [tokenizer.endOfText, 0], [1, -1]).flatten()));
  model.decoder.parameters['ln_f.bias'] = direction;
  const files = writeModelFiles(model);
  bias.dispose();
  tf.dispose(model.decoder.parameters);
  return files;
}

describe('detail 9: rollouts', () => {
  it('a response without an end gets the penalty in place of its reward', () => {
    for (const { finished, score } of rollOutWith({ missing_end_penalty: -3 })) {
      expect(finished).toBe(false);
      expect(score).toBe(-3);
    }
  });

  it('a response with an end gets the normalised reward', () => {
    for (const { finished, score, completion } of rollOutWith({ missing_end_penalty: -3 }, endingPolicy())) {
      expect(finished).toBe(true);
      expect(completion).toEqual([tokenizer.endOfText]);
      expect(score).not.toBe(-3);
    }
  });
});

describe('rewards and advantages (detail 10) (detail 11)', () => {
  it('with the policy its own reference the score alone is paid, at the last token', () => {
    for (const { kl, values, returns, completion } of rollOutWith({ missing_end_penalty: -3, gamma: 1, lambda: 1 })) {
      expect(kl).toBe(0);
      expect(values.length).toBe(completion.length);
      for (const value of returns) expect(value).toBeCloseTo(-3, 5);
    }
  });

  it('advantages are whitened over the tokens of the batch', () => {
    const advantages = rollOutWith({}).flatMap((episode) => [...episode.advantages]);
    const mean = advantages.reduce((sum, value) => sum + value, 0) / advantages.length;
    expect(mean).toBeCloseTo(0, 5);
    expect(advantages.reduce((sum, value) => sum + value ** 2, 0) / advantages.length).toBeCloseTo(1, 4);
  });
});

const job = (more: object = {}) => ({
  kernels,
  policy: base,
  rewardModel,
  rows: demonstrations,
  seed: 1,
  hyperparameters: { batch_size: 4, minibatch_size: 4, epochs: 1, total_episodes: 4, response_length: 5 },
  ...more,
});

describe('detail 12: the first update is neutral', () => {
  it('every ratio is 1 and approximate KL 0', async () => {
    const { steps } = await trainToEnd(await createPpoTrainer(job()));
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

describe('PPO', () => {
  it('refuses a reward model with another tokenizer', async () => {
    const json = tokenizer.json.replace('"add_prefix_space":false', '"add_prefix_space": false');
    const other = { ...rewardModel, 'tokenizer.json': new TextEncoder().encode(`${json} `) };
    await expect(createPpoTrainer(job({ rewardModel: other }))).rejects.toThrow(/different tokenizers/);
    await expect(createPpoTrainer(job({ rewardModel: base }))).rejects.toThrow(/must be a reward model/);
  });

  it('raises a reward: that of ending early', async () => {
    // Only a missing end is punished, and the policy's chance of an end is small at first.
    const hyperparameters = {
      learning_rate: 0.02,
      batch_size: 12,
      minibatch_size: 6,
      epochs: 2,
      total_episodes: 144,
      response_length: 6,
      kl_coefficient: 0,
      temperature: 1,
      missing_end_penalty: -10,
    };
    const { steps } = await trainToEnd(await createPpoTrainer(job({ hyperparameters })));
    expect(steps[0]?.end_share).toBeLessThan(0.3);
    expect(steps.at(-1)?.end_share).toBeGreaterThan(0.7);
    expect(steps.at(-1)?.score).toBeGreaterThan((steps[0]?.score ?? 0) + 4);
  });
});
