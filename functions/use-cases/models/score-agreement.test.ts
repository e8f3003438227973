import { expect, test } from 'vitest';
import { agreementOf, comparedAccuracyOf } from './score-agreement.ts';

const scores = (values: number[]) => values.map((score) => ({ raw: score + 1, score, tokens: 1, truncated: false }));
const row = (first: number[], second: number[], completions = first.map((_, i) => 'x'.repeat(9 - i))) => ({
  completions,
  first: scores(first),
  second: scores(second),
});

test('a model that is another one, stretched and moved, agrees with it', () => {
  const { scores: compared, choices } = agreementOf([row([1, 0], [3, 1]), row([2, -1], [5, -1])]);
  expect(compared).toMatchObject({ pearson: 1, spearman: 1, mean_difference: 1.5, largest_difference: 3 });
  expect(compared.root_mean_square_difference).toBeCloseTo(Math.sqrt((4 + 1 + 9 + 0) / 4));
  expect(compared.standard_deviation.first).toBeCloseTo(Math.sqrt(1.25));
  expect(compared.standard_deviation.second).toBeCloseTo(Math.sqrt(5));
  expect(choices).toMatchObject({ same_preferred: { value: 1, n: 2 }, by_chance: 0.5 });
});

test('ranks agree where the scores are no line', () => {
  const { scores: compared } = agreementOf([row([0, 1, 2, 3], [0, 1, 4, 9])]);
  expect(compared.spearman).toBe(1);
  expect(compared.pearson).toBeCloseTo(0.9583, 4);
});

test('of completions alone there is no choice, and of a constant no correlation', () => {
  expect(agreementOf([row([1], [2]), row([1], [4])])).toMatchObject({
    scores: { pearson: null, spearman: null },
    choices: null,
  });
});

test('choices among many are held against what chance would give', () => {
  const { choices } = agreementOf([row([3, 1, 2, 0], [3, 1, 2, 0]), row([0, 1], [1, 0])]);
  expect(choices).toMatchObject({ same_preferred: { value: 0.5, n: 2 }, by_chance: 0.375 });
});

test('accuracies stand beside longer wins, and tell whether they differ by more than chance', () => {
  const right = [1, 0];
  const wrong = [0, 1];
  const tie = [1, 1];
  const rows = [
    ...Array.from({ length: 6 }, () => row(right, wrong)),
    row(wrong, right, ['short', 'longer one']),
    row(right, right),
    row(tie, wrong),
  ];
  const { p_value, ...found } = comparedAccuracyOf(rows);
  expect(found).toMatchObject({
    first: { value: 7 / 9, n: 9 },
    second: { value: 2 / 9, n: 9 },
    longer_wins: { value: 8 / 9, n: 9 },
    by_chance: 0.5,
    only_first: 6,
    only_second: 1,
  });
  expect(p_value).toBeCloseTo((2 * (1 + 7)) / 128); // of seven tosses none or one
});

test('a thousand comparisons that one alone gets right are no accident, and none are no difference', () => {
  const rows = Array.from({ length: 1000 }, () => row([1, 0], [0, 1]));
  expect(comparedAccuracyOf(rows).p_value).toBeLessThan(1e-300);
  expect(comparedAccuracyOf([row([1, 0], [1, 0])]).p_value).toBe(1);
});
