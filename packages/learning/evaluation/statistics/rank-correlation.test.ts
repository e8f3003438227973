import { expect, it } from 'vitest';
import { correlationOf, ranksOf } from './rank-correlation.ts';

it('equal values share a rank', () => {
  expect(ranksOf([30, 10, 20, 10])).toEqual([4, 1.5, 3, 1.5]);
});

it('the correlation is 1 or −1 for a straight line, and by hand between', () => {
  expect(
    correlationOf([
      [1, 2],
      [2, 4],
      [3, 6],
    ]),
  ).toBeCloseTo(1, 12);
  expect(
    correlationOf([
      [1, 3],
      [2, 2],
      [3, 1],
    ]),
  ).toBeCloseTo(-1, 12);
  expect(
    correlationOf([
      [1, 1],
      [2, 3],
      [3, 2],
    ]),
  ).toBeCloseTo(0.5, 12); // 1 − 6 · 2 / (3 · 8)
});

it('there is none where one side is always the same', () => {
  expect(
    correlationOf([
      [1, 1],
      [2, 1],
    ]),
  ).toBeNaN();
});
