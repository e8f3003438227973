import { rateLimits } from '@laurel/storage';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createApp } from '../app.ts';
import { createTestApi, type TestApi } from '../testing/test-api.ts';
import { sweep } from '../use-cases/jobs/sweep.ts';

let api: TestApi;
/** Two instances of the API over one database. */
let instances: ReturnType<typeof createApp>[];
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());
beforeEach(async () => {
  api.context.limits = { requestsPerMinute: 20, wrongKeysPerMinute: 3 };
  instances = [createApp(api.context), createApp(api.context)];
  await api.context.db.delete(rateLimits);
});

const ask = async (instance: number, { key = api.keys.mine, from = '' } = {}) =>
  (instances[instance] as (typeof instances)[0]).request(
    '/v1/projects',
    { headers: { authorization: `Bearer ${key}` } },
    from ? { incoming: { socket: { remoteAddress: from } } } : {},
  );

/** Asks both instances by turns. Answers how many requests were granted. */
async function askByTurns(times: number, key = api.keys.mine): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, (_, i) => ask(i % 2, { key })));
  return answers.filter(({ status }) => status === 200).length;
}

test('all instances together grant what the bucket holds, and what is filled in since', async () => {
  expect(await askByTurns(40)).toBe(20);
  expect(await askByTurns(4)).toBe(0);
  api.clock.nowMs += 15_000;
  expect(await askByTurns(20)).toBe(5);
  api.clock.nowMs += 600_000;
  expect(await askByTurns(40)).toBe(20);
}, 30_000);

test('answers say where the project stands, and a refusal when to ask again', async () => {
  const first = await ask(0);
  expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=20;w=60');
  expect(first.headers.get('ratelimit')).toBe('"requests";r=19;t=3');
  await askByTurns(19);
  const refused = await ask(0);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('ratelimit')).toBe('"requests";r=0;t=3');
  expect(refused.headers.get('retry-after')).toBe('3');
  expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
});

test("another project's requests are not counted", async () => {
  await askByTurns(30);
  expect(await askByTurns(10, api.keys.others)).toBe(10);
});

test('wrong keys from one address are refused after some, on every instance, and keys that opened lately are not', async () => {
  const [here, elsewhere] = ['192.0.2.1', '192.0.2.2'];
  const tryWrong = async (instance: number, from: string) => (await ask(instance, { key: 'lk_wrong', from })).status;
  expect((await ask(0, { from: here })).status).toBe(200);
  expect([await tryWrong(0, here), await tryWrong(1, here), await tryWrong(0, here)]).toEqual([401, 401, 401]);
  const refused = await ask(0, { key: 'lk_wrong', from: here });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('20');
  expect(refused.headers.get('ratelimit-policy')).toBe('"wrong-keys";q=3;w=60');
  expect(await tryWrong(1, here)).toBe(429);
  expect((await ask(0, { from: here })).status).toBe(200);

  const ways = (['select', 'insert', 'update', 'execute', 'transaction'] as const).map((way) =>
    vi.spyOn(api.context.db, way),
  );
  expect((await ask(0, { key: 'lk_another', from: here })).status).toBe(429);
  for (const way of ways) expect(way).not.toHaveBeenCalled(); // a storm does not reach the database
  for (const way of ways) way.mockRestore();

  expect(await tryWrong(0, elsewhere)).toBe(401);
  api.clock.nowMs += 20_000;
  expect(await tryWrong(0, here)).toBe(401);
});

test('buckets that are full again are forgotten', async () => {
  await ask(0);
  api.clock.nowMs += 61_000;
  await sweep(api.context);
  expect(await api.context.db.select().from(rateLimits)).toEqual([]);
  expect(await askByTurns(30)).toBe(20);
});
