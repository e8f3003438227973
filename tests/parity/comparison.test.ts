import { expect, it } from 'vitest';
import { compare, compareAll, compareTokens, isWithin, list } from './comparison.ts';

const difference = (actual: number[], expected: number[]) => compare('', list(actual), list(expected)).difference;

it('is relative to the largest value of the tensor', () => {
  expect(difference([1, -4.002], [1, -4])).toBeCloseTo(0.0005, 8);
});

it('is relative to a thousandth where all values are nearly 0', () => {
  expect(difference([1e-7], [0])).toBeCloseTo(1e-4, 8);
});

it.each([
  ['a value that is not a number', [Number.NaN], [1]],
  ['a value too few', [1], [1, 2]],
  ['a value too many', [1, 2], [1]],
])('%s is infinitely far', (_, actual, expected) => {
  expect(difference(actual, expected)).toBe(Number.POSITIVE_INFINITY);
});

it('misses no tensor, on either side', () => {
  const [one, two] = [list([1]), list([2])];
  const far = compareAll('', { a: one, b: two }, { b: two, c: one }).filter((each) => !isWithin(each));
  expect(far.map(({ part }) => part)).toEqual(['a', 'c']);
});

it('counts the tokens that differ, missing ones included', () => {
  expect(compareTokens('', [[1, 2], [3]], [[1, 2, 4], [5]]).difference).toBe(2 / 4);
  expect(isWithin(compareTokens('', [[1, 2]], [[1, 2]]))).toBe(true);
});
