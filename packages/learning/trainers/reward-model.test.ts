import '@tensorflow/tfjs';
import type { ComparisonRow } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { scoreCompletions } from '../evaluation/score-completions.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { encodePairs, type Pair } from './pairs.ts';
import { createRewardModelTrainer, differentiatePairs } from './reward-model.ts';
import { comparisons, demonstrations, tinyModel, tokenizer, trainToEnd, withModel } from './testing/tiny.ts';

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

/** Two posts with three summaries each, all compared, with what the options take from rows. */
const tournament: ComparisonRow[] = demonstrations.slice(0, 2).flatMap(({ group, prompt }) => [
  { group, prompt, chosen: 'good', rejected: 'bad', confidence: 1, margin: 0.5 },
  { group, prompt, chosen: 'good', rejected: 'not bad', confidence: 4 },
  { group, prompt, chosen: 'not bad', rejected: 'bad', margin: 1 },
]);

describe('the comparisons of a post', () => {
  const none = () => ({});
  const differentiate = (pairs: Pair[]) =>
    withModel(tinyModel('reward_model', 2), ({ decoder }) => {
      const { gradients, metrics } = differentiatePairs(kernels, decoder, pairs, none);
      const values = Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.dataSync().slice()]));
      tf.dispose(gradients);
      return { metrics, values };
    });

  it('computed together have the loss and the gradients that they have one by one', () => {
    const { encoded } = encodePairs(tokenizer, 48, tournament);
    const together = differentiate(encoded);
    const alone = encoded.map((pair) => differentiate([pair]));
    const averaged = (of: (result: (typeof alone)[number]) => number) =>
      alone.reduce((sum, result) => sum + of(result) / alone.length, 0);
    for (const name of ['loss', 'accuracy', 'margin'])
      expect(together.metrics[name]).toBeCloseTo(
        averaged(({ metrics }) => metrics[name] ?? Number.NaN),
        6,
      );
    for (const [name, gradient] of Object.entries(together.values))
      for (const [i, value] of gradient.entries())
        expect(value, name).toBeCloseTo(
          averaged(({ values }) => values[name]?.[i] ?? Number.NaN),
          5,
        );
  });

  it('stay together in the order of training', async () => {
    const seen: number[] = [];
    const counting = {
      ...kernels,
      forwardForTraining: (...args: Parameters<typeof kernels.forwardForTraining>) => {
        seen.push(args[2].length); // rows that are read: one for each summary computed
        return kernels.forwardForTraining(...args);
      },
    };
    const hyperparameters = { batch_size: 3, epochs: 1 };
    const options = { ...job, kernels: counting, rows: tournament, validationFraction: 0, hyperparameters };
    await trainToEnd(await createRewardModelTrainer(options));
    expect(seen).toEqual([3, 3]);
  });
});

describe('options of the loss', () => {
  const firstLoss = async (hyperparameters: object, rows = tournament) => {
    const options = { ...job, rows, validationFraction: 0, hyperparameters: { batch_size: 6, ...hyperparameters } };
    const trainer = await createRewardModelTrainer(options);
    const { loss = Number.NaN } = await trainer.advance();
    trainer.dispose();
    return loss;
  };

  it('margins make it larger', async () => {
    expect(await firstLoss({ use_margins: true })).toBeGreaterThan(await firstLoss({}));
  });

  it('confidences are weights around 1; rows without one count as the average', async () => {
    const lossOf = (i: number) => firstLoss({ batch_size: 1, epochs: 1 / 6 }, [tournament[i] as ComparisonRow]);
    const losses = await Promise.all([0, 1, 2, 3, 4, 5].map(lossOf));
    const weights = [0.4, 1.6, 1, 0.4, 1.6, 1]; // mean confidence 2.5
    const expected = losses.reduce((sum, loss, i) => sum + (loss * (weights[i] ?? 0)) / 6, 0);
    expect(await firstLoss({ weight_by_confidence: true })).toBeCloseTo(expected, 5);
  });

  it('are refused where no row has what they need', async () => {
    await expect(firstLoss({ use_margins: true }, comparisons)).rejects.toThrow(/use_margins: no comparison/);
    await expect(firstLoss({ weight_by_confidence: true }, comparisons)).rejects.toThrow(/a confidence above 0/);
  });
});
