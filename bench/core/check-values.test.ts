import { expect, test } from 'vitest';
import { checkValues } from './check-values.ts';
import type { Precision } from './protocol.ts';
import type { Measured } from './result.ts';

const check = { values: 'losses', tolerance: { float32: 0.001, bfloat16: 0.05 } };
const mode = (name: string, precision: Precision, ...rounds: number[][]): Measured => ({
  mode: name,
  name,
  precision,
  versions: {},
  rounds: rounds.map((values) => ({ seconds: 1, units: 1, values, peakRssBytes: 1 })),
});

test('the coarser precision decides, over the rounds that both have done', () => {
  const ours = [mode('a', 'float32', [1, 2]), mode('b', 'bfloat16', [1.01, 2], [3])];
  const peers = [mode('x', 'float32', [1.0005, 2]), mode('y', 'bfloat16', [1, 2], [3.02]), { mode: 'z', failure: '' }];
  const { comparisons, agrees } = checkValues(check, ours, peers);
  expect(comparisons.map((each) => [each.ours, each.peer, each.precision, each.values])).toEqual([
    ['a', 'x', 'float32', 2],
    ['a', 'y', 'bfloat16', 2],
    ['b', 'x', 'bfloat16', 2],
    ['b', 'y', 'bfloat16', 3],
  ]);
  expect(comparisons.at(-1)?.largestDifference).toBeCloseTo(0.02, 10);
  expect(agrees).toBe(true);
});

test('a value beyond the tolerance, or none to compare with, is no agreement', () => {
  const ours = [mode('a', 'float32', [1, 2])];
  expect(checkValues(check, ours, [mode('x', 'float32', [1, 2.002])]).agrees).toBe(false);
  expect(checkValues(check, ours, [mode('x', 'float32', [1])]).agrees).toBe(false);
  expect(() => checkValues(check, ours, [mode('x', 'int8', [1, 2])])).toThrow('no tolerance for int8');
});
