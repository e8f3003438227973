import '@tensorflow/tfjs';
import { evaluationReport } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { accuracyOf } from '../trainers/reward-model.ts';
import { comparisons, demonstrations, tinyModel, withModel } from '../trainers/testing/tiny.ts';
import { evaluate } from './evaluate.ts';
import { leadSentences } from './lead-sentences.ts';
import { scoreCompletions } from './score-completions.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('evaluate', () => {
  const inputs = {
    datasets: { held: demonstrations, pairs: comparisons },
    models: { rm: tinyModel('reward_model', 2), sft: tinyModel('policy'), ppo: tinyModel('policy', 3) },
  };
  const spec = {
    type: 'evaluation' as const,
    seed: 1,
    reward_model: 'rm',
    reference_policy: 'sft',
    policies: ['ppo'],
    dataset: 'held',
    comparisons: 'pairs',
    best_of: 4,
    max_prompts: 3,
    temperature: 1,
    response_length: 5,
  };

  it('reports every text under the names of the contract, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const progress: number[] = [];
    const report = await evaluate(kernels, spec, inputs, (step, total) => progress.push(step / total));
    expect(tf.memory().numTensors).toBe(before);
    expect(evaluationReport.parse(report)).toEqual(report);
    expect(progress.at(-1)).toBe(1);
    expect(report.policies.map(({ name }) => name)).toEqual(['reference', 'lead-3', 'sft', 'best-of-4', 'ppo']);
    const [reference, , sft, best, ppo] = report.policies;
    expect(reference?.samples.map(({ text }) => text)).toEqual(['good', 'good', 'good']);
    expect(best?.mean_reward).toBeGreaterThanOrEqual(sft?.mean_reward ?? Number.NaN);
    expect(best?.kl).toBeCloseTo(Math.log(4) - 3 / 4, 10);
    expect(Math.abs(ppo?.kl ?? 0)).toBeGreaterThan(0);
    expect(report.reward_model_accuracy).toMatchObject({ comparisons: 10, longer_wins_accuracy: 1 });
  });

  it('finds no KL between a policy and itself', async () => {
    const models = { ...inputs.models, ppo: inputs.models.sft };
    const report = await evaluate(kernels, spec, { ...inputs, models }, () => {});
    expect(report.policies.at(-1)?.kl).toBe(0);
  });

  it('ends, with nothing kept, when it is told to stop', async () => {
    const before = tf.memory().numTensors;
    const stop = () => {
      throw new Error('stopped');
    };
    await expect(evaluate(kernels, spec, inputs, stop)).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('detail 5: batch invariance', () => {
  it('scores a pair alone as in any company', () => {
    withModel(tinyModel('reward_model'), (model) => {
      const items = comparisons.map(({ prompt, chosen, rejected }) => ({ prompt, completions: [chosen, rejected] }));
      const together = scoreCompletions(kernels, model, items).flat();
      const alone = items.flatMap(({ prompt, completions }) =>
        completions.flatMap((text) => scoreCompletions(kernels, model, [{ prompt, completions: [text] }]).flat()),
      );
      together.forEach((score, i) => {
        expect(score.raw).toBeCloseTo(alone[i]?.raw ?? Number.NaN, 4);
        expect(score.tokens).toBe(alone[i]?.tokens);
        expect(score.score - score.raw).toBeCloseTo(0.25, 6);
      });
    });
  });
});

describe('detail 8: accuracy', () => {
  it('counts a tie as wrong', () => {
    expect(accuracyOf([1, 0, -1, 2])).toBe(0.5);
  });
});

describe('leadSentences', () => {
  it('takes the first sentences, whatever ends them', () => {
    expect(leadSentences('One is here. Is two? Three!\nFour.', 3)).toBe('One is here. Is two? Three!');
    expect(leadSentences('No end', 3)).toBe('No end');
  });
});
