import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../../random/random-generator.ts';
import { bootstrapInterval, quantile } from './bootstrap.ts';
import { logisticRegression } from './logistic-regression.ts';
import { estimateMean } from './mean.ts';
import { shareOf, wilsonInterval, winOf } from './share.ts';

describe('wilsonInterval', () => {
  it('is that of the textbooks: 8 of 10 are 49.0 % to 94.3 %', () => {
    expect(wilsonInterval(8, 10)).toEqual({ low: expect.closeTo(0.4902, 4), high: expect.closeTo(0.9433, 4) });
  });

  it('has a width where all or none succeed, and says nothing of nothing', () => {
    const highest = 1.959963984540054 ** 2 / (10 + 1.959963984540054 ** 2);
    expect(wilsonInterval(0, 10)).toEqual({ low: 0, high: expect.closeTo(highest, 12) });
    expect(wilsonInterval(10, 10)).toEqual({ low: expect.closeTo(1 - highest, 12), high: 1 });
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

it('a tie counts half', () => {
  expect(shareOf([3, 0, -1, 0].map(winOf))).toMatchObject({ value: 0.5, n: 4 });
});

describe('estimateMean', () => {
  it('has the root of 5/12 as the standard error of 1, 2, 3, 4', () => {
    expect(estimateMean([1, 2, 3, 4])).toEqual({
      mean: 2.5,
      standard_error: expect.closeTo(Math.sqrt(5 / 12), 12),
      n: 4,
    });
  });

  it('has none for one value', () => {
    expect(estimateMean([7])).toEqual({ mean: 7, standard_error: null, n: 1 });
  });
});

describe('bootstrapInterval', () => {
  const random = () => RandomGenerator.fromSeed(3);
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('of a mean is about two standard errors to each side, and the same with the same seed', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const interval = bootstrapInterval(values, meanOf, random());
    expect(interval.low).toBeCloseTo(0.5 - 1.96 * 0.025, 2);
    expect(interval.high).toBeCloseTo(0.5 + 1.96 * 0.025, 2);
    expect(bootstrapInterval(values, meanOf, random())).toEqual(interval);
  });

  it('is wider when what belongs together is drawn together', () => {
    const groups = Array.from({ length: 40 }, (_, i) => Array.from({ length: 10 }, () => i % 2));
    const { low, high } = bootstrapInterval(groups, (drawn) => meanOf(drawn.flat()), random());
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt(0.25 / 40), 1); // 40 units, not 400
  });
});

it('quantile lies between the two nearest', () => {
  expect([0, 0.25, 0.5, 1].map((p) => quantile([10, 20, 40], p))).toEqual([10, 15, 20, 40]);
});

describe('logisticRegression', () => {
  it('finds the log-odds of 3 in 4, with the standard error 1/√(n p q)', () => {
    const fit = logisticRegression({ x: [[1], [1], [1], [1]], outcomes: [1, 1, 1, 0] });
    expect(fit?.coefficients[0]).toBeCloseTo(Math.log(3), 10);
    expect(fit?.standardErrors[0]).toBeCloseTo(1 / Math.sqrt(4 * 0.75 * 0.25), 10);
    expect(fit?.logLikelihood).toBeCloseTo(3 * Math.log(0.75) + Math.log(0.25), 10);
  });

  it('finds the odds of each of two groups', () => {
    const x = [0, 0, 0, 0, 1, 1, 1, 1].map((group) => [1, group]);
    const fit = logisticRegression({ x, outcomes: [1, 0, 0, 0, 1, 1, 1, 0] });
    expect(fit?.coefficients).toEqual([expect.closeTo(-Math.log(3), 8), expect.closeTo(2 * Math.log(3), 8)]);
    const error = 1 / Math.sqrt(4 * 0.75 * 0.25);
    expect(fit?.standardErrors).toEqual([expect.closeTo(error, 8), expect.closeTo(error * Math.SQRT2, 8)]);
  });

  it('starts from an offset', () => {
    const fit = logisticRegression({ x: [[1], [1], [1], [1]], outcomes: [1, 1, 1, 0], offset: 1 });
    expect(fit?.coefficients[0]).toBeCloseTo(Math.log(3) - 1, 10);
  });

  it('has no finite solution without an error to learn from, unless coefficients are penalised', () => {
    expect(logisticRegression({ x: [[1], [1]], outcomes: [1, 1] })).toBeNull();
    expect(logisticRegression({ x: [[0], [0]], outcomes: [1, 0] })).toBeNull();
    const [coefficient = 0] =
      logisticRegression({ x: [[1], [1]], outcomes: [1, 1], penalty: 0.01 })?.coefficients ?? [];
    expect(0.01 * coefficient).toBeCloseTo(2 / (1 + Math.exp(coefficient)), 8); // where the gradient is 0
  });
});
