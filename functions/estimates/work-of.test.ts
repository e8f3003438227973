import { jobSpec } from '@laurel/contracts';
import { expect, test } from 'vitest';
import { type KnownInputs, workOf } from './work-of.ts';

const id = (prefix: string) => `${prefix}_${'0'.repeat(26)}`;
const known: KnownInputs = {
  dataset: () => ({ rows: 100, tokens: { prompt: 40, completion: 10 } }),
  model: () => ({ blockParameters: 1000, embeddingParameters: 500 }),
};
const work = (spec: object) => workOf(jobSpec.parse(spec), known);

const policy = id('mv');
const common = { output_model: 'm', dataset: id('ds') };

test('SFT reads every token of the rows that are not held out, in each pass', () => {
  const spec = { ...common, type: 'sft', parent: policy, validation_fraction: 0.2, hyperparameters: { epochs: 2 } };
  expect(work(spec)).toEqual({ tokens: 8000, flops: 8000 * 6 * 1500 });
});

test('DPO computes the reference as well', () => {
  expect(work({ ...common, type: 'dpo', parent: policy })).toEqual({ tokens: 10_000, flops: 5000 * 8 * 1500 });
});

test('PPO samples, scores, compares with the reference, and trains a policy and a value network', () => {
  const hyperparameters = { total_episodes: 10, response_length: 20, epochs: 3 };
  const spec = { ...common, type: 'ppo', policy, reward_model: id('mv'), hyperparameters };
  const perToken = 2 * 2 * 1500 + 2 * 1000 + 3 * (6 * 1500 + 6 * 1000);
  expect(work(spec)).toEqual({ tokens: 600 * 9, flops: 600 * perToken });
});

test('best of N writes N responses to each prompt, whose tokens count once', () => {
  const spec = {
    type: 'best_of_n',
    policy,
    reward_model: policy,
    dataset: id('ds'),
    n: 4,
    response_length: 5,
    output_dataset: 'b',
  };
  expect(work(spec)).toEqual({ tokens: 2 * 6000, flops: 6000 * (2 * 1500 + 2 * 1000) });
});

test('what trains nothing computes nothing', () => {
  const source = { type: 'model_version', model_version: policy };
  expect(work({ type: 'export', source })).toEqual({ tokens: 0, flops: 0 });
});
