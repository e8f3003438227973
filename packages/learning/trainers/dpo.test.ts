import '@tensorflow/tfjs';
import type { ComparisonRow } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Kernels } from '../model/kernels.ts';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { createDpoTrainer } from './dpo.ts';
import { completionLogProbs } from './model-outputs.ts';
import { encodePairs, splitPairsIntoPasses } from './pairs.ts';
import { splitBySequence } from './pass.ts';
import { comparisons, tinyModel, tokenizer, trainToEnd, withModel } from './testing/tiny.ts';
import type { Files } from './trainer.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const parent = tinyModel('policy');
const job = {
  kernels,
  parent,
  rows: comparisons,
  seed: 1,
  validationFraction: 0.2,
  hyperparameters: { learning_rate: 0.01, batch_size: 4, epochs: 4 },
};

/** log π(chosen|x) − log π(rejected|x) of each comparison. */
const logOdds = (files: Files, rows: ComparisonRow[] = comparisons) =>
  withModel(files, ({ decoder }) =>
    splitPairsIntoPasses(encodePairs(tokenizer, 48, rows).encoded).flatMap((pass) => {
      const { logProbs } = completionLogProbs(kernels, { decoder, pass, temperature: 1 });
      const sums = splitBySequence(pass, logProbs).map((tokens) => tokens.reduce((sum, value) => sum + value, 0));
      return Array.from(pass.chosen, (place, p) => (sums[place] ?? 0) - (sums[pass.rejected[p] ?? 0] ?? 0));
    }),
  );

describe('DPO', () => {
  it('begins neutral: the policy is its own reference', async () => {
    const trainer = await createDpoTrainer(job);
    const { loss, margin, chosen_reward, rejected_reward, accuracy } = await trainer.advance();
    expect(loss).toBeCloseTo(Math.log(2), 5);
    for (const reward of [margin, chosen_reward, rejected_reward]) expect(reward).toBeCloseTo(0, 5);
    expect(accuracy).toBeLessThan(1);
    trainer.dispose();
  });

  it.each([
    { least: 1, more: {} },
    { least: 0.1, more: { learning_rate: 0.1, lora: { rank: 4, alpha: 8 } } }, // of an untrained model whose head is frozen
  ])('learns what is preferred, on posts it has not seen ($more)', async ({ least, more }) => {
    const hyperparameters = { ...job.hyperparameters, ...more };
    const { files, metrics } = await trainToEnd(await createDpoTrainer({ ...job, hyperparameters }));
    expect(metrics).toMatchObject({ validation_comparisons: 2, validation_accuracy: 1 });
    const before = logOdds(parent);
    for (const [i, odds] of logOdds(files).entries()) expect(odds - (before[i] ?? 0)).toBeGreaterThan(least);
  });

  it('measures β times the gain in log-odds over the reference', async () => {
    const settings = {
      ...job,
      validationFraction: 0,
      hyperparameters: { learning_rate: 0.01, batch_size: 10, beta: 0.3 },
    };
    const first = await trainToEnd(await createDpoTrainer(settings));
    const hyperparameters = { ...settings.hyperparameters, epochs: 2, max_gradient_norm: 1 };
    const second = await createDpoTrainer({ ...settings, hyperparameters });
    await second.advance();
    const { margin } = await second.advance();
    second.dispose();
    const before = logOdds(parent);
    const gains = logOdds(first.files).map((odds, i) => 0.3 * (odds - (before[i] ?? 0)));
    expect(margin).toBeCloseTo(gains.reduce((sum, gain) => sum + gain, 0) / gains.length, 4);
  });

  it('with LoRA computes the reference on the policy’s own tensors', async () => {
    const references = new Set<tf.Tensor | undefined>();
    const policies = new Set<tf.Tensor | undefined>();
    const watching: Kernels = {
      ...kernels,
      forward: (decoder, ...rest) => {
        references.add(decoder.lora ? undefined : decoder.parameters['wte.weight']);
        return kernels.forward(decoder, ...rest);
      },
      forwardForTraining: (decoder, ...rest) => {
        policies.add(decoder.parameters['wte.weight']);
        return kernels.forwardForTraining(decoder, ...rest);
      },
    };
    const hyperparameters = { ...job.hyperparameters, lora: { rank: 2 } };
    const trainer = await createDpoTrainer({ ...job, kernels: watching, hyperparameters });
    await trainer.advance();
    expect([...references]).toEqual([...policies]);
    expect(references.size).toBe(1);
    trainer.dispose();
  });

  it('says so when no comparison fits the context, and frees everything', async () => {
    const before = tf.memory().numTensors;
    const short = tinyModel('policy', 1, 6);
    await expect(createDpoTrainer({ ...job, parent: short })).rejects.toThrow(/context of 6 tokens \(8 do not\)/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
