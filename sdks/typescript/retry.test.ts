import { expect, test } from 'vitest';
import { retryDelayMs } from './retry.ts';

const answer = (retryAfter: string) => new Response(null, { status: 503, headers: { 'retry-after': retryAfter } });

test('delays double from half a second to 8 s, less a random quarter', () => {
  for (const [attempt, longestMs] of [500, 1000, 2000, 4000, 8000, 8000].entries()) {
    const delayMs = retryDelayMs(attempt) ?? Number.NaN;
    expect(delayMs).toBeLessThanOrEqual(longestMs);
    expect(delayMs).toBeGreaterThanOrEqual(0.75 * longestMs);
  }
});

test('Retry-After is seconds, or a date', () => {
  const nowMs = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT');
  expect(retryDelayMs(0, answer('2'), nowMs)).toBe(2000);
  expect(retryDelayMs(0, answer('Wed, 21 Oct 2015 07:28:05 GMT'), nowMs)).toBe(5000);
  expect(retryDelayMs(0, answer('Wed, 21 Oct 2015 07:27:00 GMT'), nowMs)).toBe(0);
});

test('a Retry-After that cannot be read is ignored; one over a minute is not waited for', () => {
  expect(retryDelayMs(0, answer('soon'))).toBeLessThanOrEqual(500);
  expect(retryDelayMs(0, answer('61'))).toBeUndefined();
});
