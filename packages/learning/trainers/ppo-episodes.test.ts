import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { ppoSettings } from '../settings/ppo-settings.ts';
import { splitIntoPasses } from './pass.ts';
import { assignAdvantages, type Episode, measureEpisodes, rollOut } from './ppo-episodes.ts';
import { scoreTexts } from './score-texts.ts';
import { demonstrations, endingPolicy, tinyModel, tokenizer, withModel } from './testing/tiny.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const base = tinyModel('base');
const rewardModel = tinyModel('reward_model', 2);
const prompts = demonstrations
  .slice(0, 2)
  .map((row) => ({ row, tokens: tokenizer.encode(row.prompt.head + row.prompt.post + row.prompt.tail) }));

function rollOutWith(settings: Parameters<typeof ppoSettings>[1], policyFiles = base): Episode[] {
  const hyperparameters = ppoSettings(1e4, { response_length: 5, ...settings });
  return withModel(policyFiles, (policy) =>
    withModel(rewardModel, (reward) => {
      const models = { kernels, policy, rewardModel: reward };
      const episodes = rollOut(models, prompts, hyperparameters, RandomGenerator.fromSeed(1));
      const bias = tf.tensor1d([0.5]);
      const value = { ...reward.decoder, parameters: { ...reward.decoder.parameters, 'score.bias': bias } };
      const passes = splitIntoPasses(episodes.map((episode) => [episode]));
      const decoders = { kernels, policy: policy.decoder, reference: policy.decoder, value };
      measureEpisodes(decoders, passes, hyperparameters);
      assignAdvantages(episodes, hyperparameters.kl_coefficient, hyperparameters);
      bias.dispose();
      return episodes;
    }),
  );
}

describe('detail 9: rollouts', () => {
  it('a response without an end gets the penalty in place of its reward', () => {
    for (const { finished, score } of rollOutWith({ missing_end_penalty: -3 })) {
      expect(finished).toBe(false);
      expect(score).toBe(-3);
    }
  });

  it('a response with an end gets the normalised reward', () => {
    for (const { finished, score, completion } of rollOutWith({ missing_end_penalty: -3 }, endingPolicy(64))) {
      expect(finished).toBe(true);
      expect(completion).toEqual([tokenizer.endOfText]);
      expect(score).not.toBe(-3);
    }
  });

  it('less the score of the reference, or a penalty for each token, where that is asked for', () => {
    const scores = (settings: object) => rollOutWith(settings, endingPolicy(64)).map(({ score }) => score);
    const [plain, less] = [scores({}), scores({ subtract_reference_score: true })];
    const penalised = scores({ length_penalty: 0.5 });
    const references = withModel(rewardModel, (model) =>
      scoreTexts(
        kernels,
        model,
        prompts.map(({ row }) => ({ prompt: row.prompt, texts: [row.completion] })),
      ).flat(),
    );
    for (const [i, score] of plain.entries()) {
      expect(less[i]).toBeCloseTo(score - (references[i] ?? Number.NaN), 5);
      expect(penalised[i]).toBeCloseTo(score - 0.5, 6); // one token
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

  it('rewards whitened over the tokens of the batch keep their mean', () => {
    const zeros = new Float32Array(2);
    const episode = (score: number) => ({ logProbs: zeros, referenceLogProbs: zeros, values: zeros, score }) as Episode;
    const episodes = [episode(4), episode(0)]; // rewards 0, 4, 0, 0: mean 1, variance 3
    assignAdvantages(episodes, 0.05, { gamma: 0, lambda: 0, whiten_rewards: true });
    const [zero, four] = [1 - 1 / Math.sqrt(3), 1 + 3 / Math.sqrt(3)];
    const returns = episodes.flatMap((each) => [...each.returns]);
    expect(returns).toEqual([zero, four, zero, zero].map((value) => expect.closeTo(value, 5)));
  });
});
