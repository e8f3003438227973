import { expect, test } from 'vitest';
import { largestDifference, rateOf, spread } from './statistics.ts';

test('a spread is the median with the extremes', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(spread([10, 9])).toEqual({ median: 9.5, min: 9, max: 10 });
  expect(() => spread([])).toThrow(RangeError);
});

test('a rate is units a second', () => {
  expect(rateOf({ units: 96, seconds: 4 })).toBe(24);
});

test('the largest difference is of values side by side, and no number where they cannot be compared', () => {
  expect(largestDifference([1, 2, 3], [1.5, 2, 2])).toBe(1);
  expect(largestDifference([], [])).toBe(0);
  expect(largestDifference([1], [1, 2])).toBeNaN();
  expect(largestDifference([1, Number.NaN], [1, 2])).toBeNaN();
});
