import { describe, expect, it } from 'vitest';
import { bestOfKlBound, bestOfSizes, expectedBestOf } from './best-of-curve.ts';

describe('expectedBestOf', () => {
  it('is the mean over all subsets', () => {
    expect(expectedBestOf([3, 1, 2], 1)).toBeCloseTo(2, 12);
    expect(expectedBestOf([3, 1, 2], 2)).toBeCloseTo((3 + 3 + 2) / 3, 12);
    expect(expectedBestOf([3, 1, 2], 3)).toBe(3);
  });

  it('says what the one chosen is worth to another judge', () => {
    expect(expectedBestOf([3, 1, 2], 2, [10, 20, 30])).toBeCloseTo((10 + 10 + 30) / 3, 12);
  });

  it('is the same by counting, for sizes where factorials would overflow as well', () => {
    const scores = Array.from({ length: 64 }, (_, i) => i);
    expect(expectedBestOf(scores, 32)).toBeCloseTo((32 * 65) / 33 - 1, 10); // E max of n of 1…N is n (N + 1)/(n + 1)
  });
});

it('sizes double up to the number of samples', () => {
  expect(bestOfSizes(1)).toEqual([1]);
  expect(bestOfSizes(8)).toEqual([1, 2, 4, 8]);
  expect(bestOfSizes(12)).toEqual([1, 2, 4, 8, 12]);
});

it('the bound on KL is 0 for one sample', () => {
  expect(bestOfKlBound(1)).toBe(0);
  expect(bestOfKlBound(4)).toBeCloseTo(Math.log(4) - 3 / 4, 12);
});
