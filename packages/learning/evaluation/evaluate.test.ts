import '@tensorflow/tfjs';
import { evaluationReport } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portableKernels as kernels } from '../model/portable-kernels.ts';
import { accuracyOf } from '../trainers/reward-model.ts';
import { comparisons, demonstrations, tinyModel, withModel } from '../trainers/testing/tiny.ts';
import type { Files } from '../trainers/trainer.ts';
import { evaluate } from './evaluate.ts';
import { leadSentences } from './lead-sentences.ts';
import { scoreCompletions } from './score-completions.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('evaluate', () => {
  const id = (prefix: string, name: string) => `${prefix}_${name.padEnd(26, '0')}`;
  const [held, pairs, rm, sft, ppo] = [
    id('ds', 'held'),
    id('ds', 'pairs'),
    id('mv', 'rm'),
    id('mv', 'sft'),
    id('mv', 'ppo'),
  ];
  const inputs = {
    datasets: { [held]: demonstrations, [pairs]: comparisons },
    models: { [rm]: tinyModel('reward_model', 2), [sft]: tinyModel('policy'), [ppo]: tinyModel('policy', 3) },
  };
  const spec = {
    type: 'evaluation' as const,
    seed: 1,
    reward_model: rm,
    reference_policy: sft,
    policies: [ppo],
    dataset: held,
    comparisons: pairs,
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
    expect(report.policies.map(({ name }) => name)).toEqual(['reference', 'lead-3', 'sft', 'best-of-4', ppo]);
    const [reference, , first, best, policy] = report.policies;
    expect(reference?.samples.map(({ text }) => text)).toEqual(['good', 'good', 'good']);
    expect(best?.mean_reward).toBeGreaterThanOrEqual(first?.mean_reward ?? Number.NaN);
    expect(best?.kl).toBeCloseTo(Math.log(4) - 3 / 4, 10);
    expect(Math.abs(policy?.kl ?? 0)).toBeGreaterThan(0);
    expect(reference).toMatchObject({ rouge: { rouge_1: 1, rouge_l: 1 }, against_reference: null });
    expect(report.reward_model_accuracy).toMatchObject({ comparisons: 10, longer_wins_accuracy: 1 });
    expect(report.calibration?.comparisons).toBe(10);
    expect(report.labeler_agreement).toMatchObject({ judged_together: 0, raw: null });
    expect(report.rouge_judgement).toBeNull(); // every chosen text is the reference
    expect(report.sensitivity.map(({ edit }) => edit)).toEqual(['sentence_repeated']); // all that one word allows
    expect(report.transfer).toBeNull();
  });

  it('samples every policy alike, whatever its id', async () => {
    const [same, again] = [id('mv', 'same'), id('mv', 'again')];
    const models = { ...inputs.models, [same]: tinyModel('policy'), [again]: tinyModel('policy', 3) };
    const report = await evaluate(kernels, { ...spec, policies: [ppo, same, again] }, { ...inputs, models }, () => {});
    const [, , sftTexts, , ppoTexts, sameTexts, againTexts] = report.policies.map(({ samples }) =>
      samples.map(({ text }) => text),
    );
    expect(sameTexts).toEqual(sftTexts);
    expect(againTexts).toEqual(ppoTexts);
  });

  it('has the best of all samples at the end of its curve, and the mean of all at its beginning', async () => {
    const { best_of, policies } = await evaluate(kernels, spec, inputs, () => {});
    expect(best_of.curve.map(({ n }) => n)).toEqual([1, 2, 4]);
    expect(best_of.samples.map(({ prompt }) => prompt)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    const mean = best_of.samples.reduce((sum, { reward }) => sum + reward, 0) / best_of.samples.length;
    expect(best_of.curve[0]?.reward.mean).toBeCloseTo(mean, 10);
    const best = policies.find(({ name }) => name === 'best-of-4');
    expect(best_of.curve.at(-1)?.reward.mean).toBeCloseTo(best?.mean_reward ?? Number.NaN, 10);
  });

  it('cuts garbled samples, whose text has more tokens than were sampled and than the reward model holds', async () => {
    const report = await evaluate(kernels, { ...spec, response_length: 34 }, inputs, () => {});
    const sampled = report.best_of.samples;
    expect(Math.max(...sampled.map(({ tokens }) => tokens))).toBeGreaterThan(48);
    expect(sampled.filter(({ reward }) => !Number.isFinite(reward))).toEqual([]);
  });

  it('scores what people rated', async () => {
    const rated = id('ds', 'rated');
    const rows = demonstrations.map((row, i) => ({ ...row, policy: 'people', axes: { overall: 1 + (i % 7) } }));
    const datasets = { ...inputs.datasets, [rated]: rows };
    const report = await evaluate(kernels, { ...spec, ratings: rated }, { ...inputs, datasets }, () => {});
    expect(evaluationReport.parse(report)).toEqual(report);
    expect(report.ratings?.policies).toMatchObject([{ policy: 'people', reward: { n: rows.length } }]);
    expect(report.ratings?.correlations).toMatchObject([{ axis: 'overall', n: rows.length }]);
  });

  it('measures the same on a second domain, and only policies where there are no comparisons', async () => {
    const { comparisons: _, ...withoutComparisons } = spec;
    const report = await evaluate(kernels, { ...withoutComparisons, transfer_dataset: held }, inputs, () => {});
    expect(evaluationReport.parse(report)).toEqual(report);
    expect(report.transfer).toEqual({ policies: report.policies, best_of: report.best_of });
    expect(report).toMatchObject({ reward_model_accuracy: null, calibration: null, labeler_agreement: null });
  });

  it('finds no KL between a policy and itself', async () => {
    const models = { ...inputs.models, [ppo]: inputs.models[sft] as Files };
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
