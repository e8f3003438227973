import { expect, test } from 'vitest';
import { retryDelayMs, TRIED_FOR_MS } from './retry-delay.ts';

const MINUTE_MS = 60_000;

test('waits longer each time, up to four hours, a little less by chance', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 100].map((failures) => retryDelayMs(failures, 0, 0) / 1000);
  expect(delays).toEqual([5, 20, 80, 320, 1280, 5120, 14_400, 14_400]);
  expect(retryDelayMs(1, 0, 1)).toBe(4000);
});

test('the first tries come within minutes, and a day has about a dozen', () => {
  let tries = 1;
  for (let at = 0; at + retryDelayMs(tries, 0, 0.5) <= TRIED_FOR_MS; tries++) at += retryDelayMs(tries, 0, 0.5);
  expect(tries).toBe(13);
});

test('what an endpoint asks for is heeded within bounds, and never shortens the wait', () => {
  expect(retryDelayMs(1, 10 * MINUTE_MS, 0)).toBe(10 * MINUTE_MS);
  expect(retryDelayMs(6, 1000, 0)).toBe(5_120_000);
  expect(retryDelayMs(1, 1e12, 0)).toBe(240 * MINUTE_MS);
});
