import { shadowScores } from '@laurel/storage';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let rewardModels: string[];
let base: string;
let path: string;
let endpoints = 0;

const call = async (method: string, below: string, json?: unknown) =>
  (await api.call(method, `${path}${below}`, json === undefined ? {} : { json })).json();
const scored = async (headers: Record<string, string> = {}) => {
  const json = { items: [{ prompt: 'P', completions: ['a', 'bbb'] }] };
  return (await api.call('POST', `${path}/score`, { json, headers })).json();
};

beforeAll(async () => {
  api = await createTestApi();
  base = await trainModel(api, pretrain(await upload(api, 'text')) as never, 'base');
  const spec = {
    type: 'reward_model',
    output_model: 'reward',
    parent: base,
    dataset: await upload(api, 'comparisons'),
    reference_dataset: await upload(api, 'demonstrations'),
  };
  rewardModels = [];
  for (let i = 0; i < 3; i++) rewardModels.push(await trainModel(api, spec as never, 'reward_model'));
}, 60_000);
afterAll(() => api.close());

/** An endpoint with three versions, the last of them live. */
beforeEach(async () => {
  const [first, second, third] = rewardModels;
  const json = { name: `traffic-${endpoints++}`, model_version: first };
  path = `/v1/endpoints/${(await (await api.call('POST', '/v1/endpoints', { json })).json()).id}`;
  await call('POST', '/versions', { model_version: second });
  await call('POST', '/versions', { model_version: third });
});

test('a new version takes over, and the versions tell how close they are to their trainers', async () => {
  expect(await call('GET', '')).toMatchObject({ live_version: 3, split: [], shadow_version: null });
  const { data } = await call('GET', '/versions');
  expect(data.map(({ number }: { number: number }) => number)).toEqual([3, 2, 1]);
  expect(data[0].golden).toEqual({ compared: 2, largest_difference: 0 });
});

test('a version may wait for its traffic', async () => {
  expect(await call('POST', '/versions', { model_version: rewardModels[0], live: false })).toMatchObject({ number: 4 });
  expect(await call('GET', '')).toMatchObject({ live_version: 3 });
  expect(await scored()).toMatchObject({ endpoint_version: 3, model_version: rewardModels[2] });
});

test('a split gives a version its share of the keys, the same ones each time', async () => {
  const deployment = await call('PUT', '/traffic', { live: 3, split: [{ version: 1, share: 0.5 }] });
  expect(deployment).toMatchObject({ cause: 'route', live_version: 3, split: [{ version: 1, share: 0.5 }] });
  const versionsOf = (headerOf: (i: number) => Record<string, string>) =>
    Promise.all(Array.from({ length: 12 }, async (_, i) => (await scored(headerOf(i))).endpoint_version));
  const byKey = await versionsOf((i) => ({ 'x-routing-key': `user ${i}` }));
  expect(await versionsOf((i) => ({ 'x-routing-key': `user ${i}` }))).toEqual(byKey);
  expect(new Set(byKey)).toEqual(new Set([1, 3]));
  expect(new Set(await versionsOf((i) => ({ 'idempotency-key': `${i}` })))).toEqual(new Set([1, 3]));
  expect(new Set(await versionsOf(() => ({})))).toEqual(new Set([1, 3]));
});

test('one call goes back to what was live before, again to what was before that', async () => {
  await call('PUT', '/traffic', { live: 3, split: [{ version: 1, share: 0.5 }] });
  expect(await call('POST', '/rollback')).toMatchObject({ cause: 'rollback', live_version: 2, split: [] });
  expect(await scored()).toMatchObject({ endpoint_version: 2, model_version: rewardModels[1] });
  expect(await call('POST', '/rollback')).toMatchObject({ live_version: 1 });
  expect(await call('POST', '/rollback')).toMatchObject({ status: 409, code: 'nothing_to_roll_back' });

  const { data } = await call('GET', '/deployments');
  expect(data.map(({ cause, live_version }: { cause: string; live_version: number }) => [cause, live_version])).toEqual(
    [
      ['rollback', 1],
      ['rollback', 2],
      ['route', 3],
      ['publish', 3],
      ['publish', 2],
      ['create', 1],
    ],
  );
  expect(data[0].restores).toBe(data[5].id);
});

test('a shadow scores what is answered, and nobody waits for it', async () => {
  await call('PUT', '/traffic', { live: 3, shadow: 2 });
  const score = api.context.serving.score.bind(api.context.serving);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const scoring = vi.spyOn(api.context.serving, 'score').mockImplementation(async (request, timeoutMs) => {
    const answer = await score(request, timeoutMs);
    if (scoring.mock.calls.length === 1) return answer;
    await held;
    return {
      items: answer.items.map((scores) => scores.map((one) => ({ ...one, score: one.score + 0.5, raw: -one.raw }))),
    };
  });
  expect(await scored()).toMatchObject({ endpoint_version: 3 });
  expect((await call('GET', '/shadow-scores')).data).toEqual([]);
  release();
  await api.context.background.idle();
  scoring.mockRestore();

  const { data } = await call('GET', '/shadow-scores');
  expect(data).toMatchObject([{ answered_by: 3, shadow_version: 2, completions: 2, mean_difference: 0.5 }]);
  expect((await call('GET', '/shadow')).data).toEqual([
    {
      shadow_version: 2,
      requests: 1,
      completions: 2,
      mean_difference: 0.5,
      largest_difference: 0.5,
      choices: 1,
      same_preferred: 0,
    },
  ]);
});

test('of what a shadow scored the newest thousand are kept', async () => {
  await call('PUT', '/traffic', { live: 3, shadow: 2 });
  const { id: endpointId } = await call('GET', '');
  const facts = {
    endpointId,
    answeredBy: 3,
    shadowVersion: 2,
    completions: 1,
    meanDifference: 0,
    largestDifference: 0,
  };
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    ...facts,
    id: `shd_${String(i).padStart(26, '0')}`,
    requestId: 'req',
    samePreferred: 0,
    choices: 0,
  }));
  await api.context.db.insert(shadowScores).values(rows);
  await scored();
  await api.context.background.idle();
  expect((await call('GET', '/shadow')).data).toMatchObject([{ requests: 1000 }]);
});

test.each([
  ['a version that is not there', { live: 9 }, '/live'],
  ['a split to one that is not there', { live: 3, split: [{ version: 9, share: 0.1 }] }, '/split/0/version'],
  ['a shadow that is not there', { live: 3, shadow: 9 }, '/shadow'],
  [
    'shares of more than all',
    {
      live: 3,
      split: [
        { version: 1, share: 0.6 },
        { version: 2, share: 0.6 },
      ],
    },
    '/split',
  ],
])('%s is refused', async (_, traffic, pointer) => {
  const refused = await api.call('PUT', `${path}/traffic`, { json: traffic });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ errors: [{ pointer }] });
  expect(await call('GET', '')).toMatchObject({ live_version: 3, split: [] });
});

test('a version is no shadow of itself', async () => {
  const refused = await call('PUT', '/traffic', { live: 1, shadow: 1 });
  expect(refused).toMatchObject({ status: 422, errors: [{ pointer: '/shadow', code: 'same_version' }] });
});

test('samples have no shadow', async () => {
  const json = { name: 'writer', model_version: base };
  await api.call('POST', '/v1/endpoints', { json });
  const refused = await api.call('PUT', '/v1/endpoints/writer/traffic', { json: { live: 1, shadow: 1 } });
  expect(await refused.json()).toMatchObject({ status: 422, errors: [{ pointer: '/shadow', code: 'wrong_kind' }] });
});
