import { expect, test } from 'vitest';
import { gainAtEqualLength } from './equal-length.ts';

test('what comes from length alone is taken off', () => {
  // gain = 0.1 + 0.02 · tokens, exactly
  const longer = [-2, 0, 1, 5];
  const gains = longer.map((tokens) => 0.1 + 0.02 * tokens);
  const { value, standardError } = gainAtEqualLength(gains, longer);
  expect(value).toBeCloseTo(0.1, 12);
  expect(standardError).toBeCloseTo(0, 12);
});

test('its standard error is that of the intercept of a least-squares line', () => {
  // By hand: slope 0.5, intercept 1/6, residual variance 1/6, leverage 1/3 + 1/2.
  const { value, standardError } = gainAtEqualLength([0, 1, 1], [0, 1, 2]);
  expect(value).toBeCloseTo(1 / 6, 12);
  expect(standardError).toBeCloseTo(Math.sqrt((1 / 6) * (1 / 3 + 1 / 2)), 12);
});

test('equal lengths everywhere: the mean gain', () => {
  expect(gainAtEqualLength([0.1, 0.3, 0.2], [0, 0, 0]).value).toBeCloseTo(0.2, 12);
});
