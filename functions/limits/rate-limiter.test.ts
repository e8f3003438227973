import { rateLimits } from '@laurel/storage';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestApi, type TestApi } from '../testing/test-api.ts';
import { RateLimiter } from './rate-limiter.ts';

const policy = { name: 'requests', perMinute: 6000 };

let api: TestApi;
let one: RateLimiter;
let other: RateLimiter;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());
beforeEach(async () => {
  await api.context.db.delete(rateLimits);
  [one, other] = [new RateLimiter(api.context), new RateLimiter(api.context)];
});

/** Both spend by turns, each several at once. Answers how many were granted. */
async function spendByTurns(times: number): Promise<number> {
  let granted = 0;
  for (let i = 0; i < times; i += 20) {
    const limiter = i % 40 === 0 ? one : other;
    const spent = await Promise.all(Array.from({ length: 20 }, async () => limiter.spend('b', policy)));
    granted += spent.filter(({ isGranted }) => isGranted).length;
  }
  return granted;
}

test('a large bucket is taken in slices: few statements, and the limit holds to the last token', async () => {
  const statements = vi.spyOn(api.context.db, 'insert');
  expect(await spendByTurns(8000)).toBe(6000);
  expect(statements.mock.calls.length).toBeLessThan(6000 / 30);
  statements.mockRestore();
  api.clock.nowMs += 1000;
  expect(await spendByTurns(1000)).toBe(100);
});

test('what is left of a slice goes back, so that many idle instances use up nothing', async () => {
  for (let i = 0; i < 40; i++) await one.spend('b', policy); // takes many at once by now
  for (let i = 0; i < 3; i++) {
    api.clock.nowMs += 60_000;
    await one.spend('b', policy);
  }
  const [row] = await api.context.db.select().from(rateLimits);
  expect(row?.tokens).toBeGreaterThanOrEqual(5998);
});

test('an empty bucket is not asked again before there is something in it', async () => {
  const slow = { name: 'slow', perMinute: 2 };
  expect((await one.spend('b', slow)).isGranted).toBe(true);
  expect((await other.spend('b', slow)).isGranted).toBe(true);
  expect(one.refusal('b')).toBeNull();
  expect(await one.spend('b', slow)).toEqual({ isGranted: false, remaining: 0, seconds: 30 });
  const statements = vi.spyOn(api.context.db, 'insert');
  api.clock.nowMs += 29_000;
  expect(await one.spend('b', slow)).toEqual({ isGranted: false, remaining: 0, seconds: 1 });
  expect(one.refusal('b')).toMatchObject({ seconds: 1 });
  expect(statements).not.toHaveBeenCalled();
  statements.mockRestore();
  api.clock.nowMs += 1000;
  expect((await one.spend('b', slow)).isGranted).toBe(true);
});
