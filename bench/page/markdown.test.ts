import { expect, test } from 'vitest';
import { fakeResult } from '../testing/fake-result.ts';
import { benchmarkPage } from './markdown.ts';

test('a work against a peer: rates, ratio with its spread, goal, memory, arithmetic, agreement, every mode', () => {
  const page = benchmarkPage([fakeResult()]);
  expect(page).toContain('| reward | 30 pairs/s | quick: 4.38 pairs/s | 7.00 (6.00 to 8.00) | ≥ 8, not under 5 |');
  expect(page).toContain('| reward | 1.00 GiB, 1.00 GiB | 400, 400 | 600 | 75% |');
  expect(page).toContain('| reward | Laurel and quick | bfloat16 | 3 (losses) | 1.2e-2 | 0.05 |');
  expect(page).toContain('| reward | slow | 2.5 pairs/s | node 20.0.0 |');
  expect(page).toContain('| reward | broken | does not run here: RuntimeError: no such op |  |');
  expect(page).toContain('- A | B, 2 cores, 16 GiB, Linux; 2026-01-02, commit abc1234');
});

test('a work without a peer has a rate as its goal', () => {
  const contest = { ...fakeResult().contest, opponent: null, ratios: [], ratio: null };
  const page = benchmarkPage([fakeResult({ goal: { rate: 100 }, peers: [], contest, unit: 'MB' })]);
  expect(page).toContain('| reward | 30 MB/s |  |  | ≥ 100 MB/s |');
});

test('sides that disagree are marked', () => {
  const check = { values: 'losses', comparisons: [], agrees: false };
  expect(benchmarkPage([fakeResult({ check })])).toContain('(values disagree)');
});
