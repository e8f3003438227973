import { expect, it } from 'vitest';
import { decimal, intervalOf, percent, percentInterval, withError } from './numbers.ts';

it('numbers have a true minus sign, and no minus at zero', () => {
  expect([-1.234, 0.005, -0.001].map((value) => decimal(value))).toEqual(['−1.23', '0.01', '0.00']);
  expect(decimal(-0.4, 0)).toBe('0');
});

it('shares are percentages', () => {
  expect(percent(0.6244)).toBe('62.4 %');
  expect(percentInterval({ low: 0.581, high: 0.6634 })).toBe('58.1 to 66.3 %');
});

it('an error is named where there is one', () => {
  expect([withError(1, 0.25), withError(1, null)]).toEqual(['1.00 ± 0.25', '1.00']);
  expect(intervalOf({ mean: 1, standard_error: 0.5, n: 9 }).high).toBeCloseTo(1 + 1.96 * 0.5, 3);
});
