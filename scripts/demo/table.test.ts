import { expect, test } from 'vitest';
import type { HeldOutComparison } from './material.ts';
import { standardError } from './statistics.ts';
import { policyTable, rewardModelTable } from './table.ts';

const sample = (prompt: number, text: string) => ({ prompt, text, reward: 0, log_ratio: null, tokens: 3 });
const policy = (name: string, kl: number | null, texts: string[]) => ({
  name,
  mean_reward: 0.5,
  kl,
  mean_tokens: 3,
  samples: texts.map((text, i) => sample(i, text)),
});
const report = {
  reward_model_accuracy: { comparisons: 4, accuracy: 0.75, longer_wins_accuracy: 0.5, margins: [1, -1, 2, 3] },
  policies: [
    policy('reference', null, ['a', 'bb']),
    policy('best-of-8', 1.2, ['a', 'a']),
    policy('mv_1', 3, ['bb', 'bb']),
  ],
};
const row = { subreddit: 's', title: 't', post: 'p', summary: 'a' };

test('accuracy against labels and against the gold preference, with baselines; gold ties count for labels only', () => {
  const comparison = (chosen: string, goldMargin: number): HeldOutComparison => ({
    row: {},
    chosen,
    rejected: 'xx',
    goldMargin,
  });
  const comparisons = [comparison('xxx', 1), comparison('x', -1), comparison('x', 1), comparison('xxx', 0)];
  const lines = rewardModelTable(report, comparisons).split('\n');
  expect(lines[1]).toMatch(/labels \(4\) +gold preference \(3\)/);
  expect(lines[2]).toMatch(/reward model +75\.0 % +100\.0 %/); // margins 1, -1, 2 against gold 1, -1, 1
  expect(lines[3]).toMatch(/longer wins +50\.0 % +66\.7 %/); // right about the first two of three
  expect(lines[4]).toMatch(/best possible +50\.0 % +100\.0 %/); // gold prefers the label's choice in two of four
});

test('without known truth there are no gold columns', () => {
  const comparisons = Array.from({ length: 4 }, () => ({ row: {}, chosen: 'x', rejected: 'xx' }));
  expect(rewardModelTable(report, comparisons)).not.toMatch(/gold|best possible/);
  expect(policyTable(report, [{ row }, { row }], 'mv_1')).not.toContain('gold');
});

test('gold scores are means with their standard error, and the bound on KL is marked as one', () => {
  const documents = [0, 1].map(() => ({ row, goldScore: (summary: string) => summary.length }));
  const table = policyTable(report, documents, 'mv_1');
  expect(table).toMatch(/reference +0\.50 +1\.500 ± 0\.500 +– +3\.0/);
  expect(table).toMatch(/best-of-8 +0\.50 +1\.000 ± 0\.000 +≤ 1\.20 +3\.0/);
  expect(table).toMatch(/PPO +0\.50 +2\.000 ± 0\.000 +3\.00 +3\.0/);
});

test('the standard error of 1, 2, 3, 4 is the root of 5/12', () => {
  expect(standardError([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 12), 12);
});
