import { Problem } from '@laurel/contracts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let base: string;
let rewardModel: string;
let scorer: string;
let generator: string;

const publish = async (name: string, model_version: string) =>
  (await api.call('POST', '/v1/endpoints', { json: { name, model_version } })).json();

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
  rewardModel = await trainModel(api, spec as never, 'reward_model');
  scorer = (await publish('quality', rewardModel)).id;
  generator = (await publish('writer', base)).id;
}, 60_000);
afterAll(() => api.close());

test('a reward model scores, a policy generates, each through the version that is live', async () => {
  const items = [
    { prompt: { post: 'P' }, completions: ['a', 'bbb'] },
    { prompt: 'P', completions: ['cc'] },
  ];
  const scored = await (await api.call('POST', `/v1/endpoints/${scorer}/score`, { json: { items } })).json();
  expect(scored).toMatchObject({ endpoint_version: 1, model_version: rewardModel });
  expect(scored.items[0].scores[1]).toEqual({ raw: 3, score: 2, tokens: 3, truncated: false });
  expect(scored.items[0].preferred.index).toBe(1);
  expect(scored.items[0].preferred.probability).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
  expect(scored.items[1].preferred).toBeNull();

  const json = { prompts: ['P'], n: 2, seed: 7 };
  const generated = await (await api.call('POST', `/v1/endpoints/${generator}/generate`, { json })).json();
  expect(generated).toMatchObject({
    seed: 7,
    model_version: base,
    prompts: [{ samples: [{ text: 'P' }, { text: 'P' }] }],
  });
});

test('a new version takes over, and the versions can be listed', async () => {
  const { id } = await publish('growing', base);
  const published = await api.call('POST', `/v1/endpoints/${id}/versions`, { json: { model_version: base } });
  expect(published.status).toBe(201);
  expect(await (await api.call('GET', `/v1/endpoints/${id}`)).json()).toMatchObject({ live_version: 2 });
  const { data } = await (await api.call('GET', `/v1/endpoints/${id}/versions`)).json();
  expect(data.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
});

test.each([
  ['a taken name', () => ({ name: 'quality', model_version: rewardModel }), 409],
  ['an unknown model version', () => ({ name: 'x', model_version: 'mv_x' }), 422],
  ['a name with spaces', () => ({ name: 'my endpoint', model_version: base }), 422],
])('%s is refused', async (_, json, status) => {
  expect((await api.call('POST', '/v1/endpoints', { json: json() })).status).toBe(status);
});

test('a model of another kind cannot take over, and no endpoint does what it is not there for', async () => {
  const wrong = await api.call('POST', `/v1/endpoints/${scorer}/versions`, { json: { model_version: base } });
  expect(wrong.status).toBe(422);
  expect(await wrong.json()).toMatchObject({ errors: [{ pointer: '/model_version', code: 'wrong_kind' }] });
  const json = { items: [{ prompt: 'P', completions: ['a'] }] };
  expect((await api.call('POST', `/v1/endpoints/${generator}/score`, { json })).status).toBe(409);
});

test('what the engine objects to reaches the caller', async () => {
  const busy = new Problem(503, 'engine_unavailable', 'The scoring engine is starting.', { retryAfterSeconds: 2 });
  vi.spyOn(api.context.serving, 'score').mockRejectedValueOnce(busy);
  const json = { items: [{ prompt: 'P', completions: ['a'] }] };
  const answer = await api.call('POST', `/v1/endpoints/${scorer}/score`, { json });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(answer.headers.get('x-should-retry')).toBeNull();
});

test("another project's endpoint does not exist, and scoring needs its scope", async () => {
  const json = { items: [{ prompt: 'P', completions: ['a'] }] };
  const path = `/v1/endpoints/${scorer}/score`;
  expect((await api.call('POST', path, { json, key: api.keys.others })).status).toBe(404);
  const reader = await (await api.call('POST', '/v1/keys', { json: { name: 'r', scopes: ['models:read'] } })).json();
  expect((await api.call('POST', path, { json, key: reader.secret })).status).toBe(403);
});
