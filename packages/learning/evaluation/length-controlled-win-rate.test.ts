import { expect, it } from 'vitest';
import { lengthControlledWinRate } from './length-controlled-win-rate.ts';

it('is the win rate where lengths are equal', () => {
  const { value, interval } = lengthControlledWinRate([1, 1, 1, 0], [0, 0, 0, 0]);
  expect(value).toBeCloseTo(0.75, 2);
  expect(interval.low).toBeLessThan(0.5);
  expect(interval.high).toBeLessThan(1);
});

it('takes from a policy what it owes to length alone', () => {
  // 3 of 4 long ones win and 1 of 4 short ones; most are long.
  const long = [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0];
  const short = [0, 0, 0, 1];
  const { value } = lengthControlledWinRate([...long, ...short], [...long.map(() => 1), ...short.map(() => -1)]);
  expect(value).toBeCloseTo(0.5, 2);
});

const wins = Array.from({ length: 50 }, () => 1);

it('is sure of a side that wins everything, longer and shorter', () => {
  const { value, interval } = lengthControlledWinRate(
    wins,
    wins.map((_, i) => 0.3 * (-1) ** i),
  );
  expect(value).toBeGreaterThan(0.98);
  expect(interval.low).toBeGreaterThan(0.9);
  expect(interval.high).toBeGreaterThan(0.999);
});

it('is not sure where nothing is equally long', () => {
  const { interval } = lengthControlledWinRate(
    wins,
    wins.map(() => 0.3),
  );
  expect(interval.low).toBeLessThan(0.5);
});
