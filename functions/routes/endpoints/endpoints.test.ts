import { Problem } from '@laurel/contracts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Serving } from '../../serving/serving.ts';
import { goldenOf, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let base: string;
let rewardModel: string;
let scorer: string;
let generator: string;
let rewardSpec: object;

const publish = async (name: string, model_version: string) =>
  (await api.call('POST', '/v1/endpoints', { json: { name, model_version } })).json();
const post = async (path: string, json: unknown) => (await api.call('POST', path, { json })).json();

beforeAll(async () => {
  api = await createTestApi();
  base = await trainModel(api, pretrain(await upload(api, 'text')) as never, 'base');
  rewardSpec = {
    type: 'reward_model',
    output_model: 'reward',
    parent: base,
    dataset: await upload(api, 'comparisons'),
    reference_dataset: await upload(api, 'demonstrations'),
  };
  rewardModel = await trainModel(api, rewardSpec as never, 'reward_model');
  scorer = (await publish('quality', rewardModel)).id;
  generator = (await publish('writer', base)).id;
}, 60_000);
afterAll(() => api.close());

test('a reward model scores, a policy generates, each through the version that is live', async () => {
  const items = [
    { prompt: { post: 'P' }, completions: ['a', 'bbb'] },
    { prompt: 'P', completions: ['cc'] },
    { prompt: [{ role: 'user', content: 'P' }], completions: ['cc'] },
  ];
  const scored = await post(`/v1/endpoints/${scorer}/score`, { items });
  expect(scored).toMatchObject({ endpoint_version: 1, model_version: rewardModel });
  expect(scored.items[0].scores[1]).toEqual({ raw: 3, score: 2, tokens: 3, truncated: false });
  expect(scored.items[0].preferred.index).toBe(1);
  expect(scored.items[0].preferred.probability).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
  expect(scored.items[1].preferred).toBeNull();

  const generated = await post(`/v1/endpoints/${generator}/generate`, { prompts: ['P'], n: 2, seed: 7 });
  expect(generated).toMatchObject({
    seed: 7,
    model_version: base,
    prompts: [{ samples: [{ text: 'P' }, { text: 'P' }] }],
  });
});

test('an endpoint answers to its name as well', async () => {
  expect(await (await api.call('GET', '/v1/endpoints/quality')).json()).toMatchObject({ id: scorer });
  const scored = await post('/v1/endpoints/quality/score', { items: [{ prompt: 'P', completions: ['a'] }] });
  expect(scored).toMatchObject({ endpoint_version: 1 });
});

test('two completions are compared', async () => {
  const { items } = await post(`/v1/endpoints/${scorer}/compare`, { items: [{ prompt: 'P', a: 'aa', b: 'b' }] });
  expect(items).toMatchObject([{ a: { raw: 2 }, b: { raw: 1 }, preferred: 'a' }]);
  expect(items[0].probability_a).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
});

test('completions are put in order', async () => {
  const request = { prompt: 'P', completions: ['a', 'bbb', 'cc'], top_n: 2 };
  const { results } = await post(`/v1/endpoints/${scorer}/rerank`, request);
  expect(results).toMatchObject([
    { index: 1, raw: 3 },
    { index: 2, raw: 2 },
  ]);
});

test('the best of some samples is chosen', async () => {
  const answer = await post(`/v1/endpoints/${scorer}/best-of-n`, {
    policy: 'writer',
    prompts: ['P', 'Q'],
    n: 2,
    seed: 3,
  });
  expect(answer).toMatchObject({ model_version: rewardModel, policy: { model_version: base }, seed: 3 });
  expect(answer.prompts[0]).toMatchObject({ best: 0, samples: [{ text: 'P', reward: { raw: 1 } }, { text: 'P' }] });
});

test.each([
  ['post', 'completion'],
  ['right', 'right'],
  ['error', 'error'],
])('a sample that has become too long is cut with truncation %s: scored with %s', async (truncation, rule) => {
  const score = vi.spyOn(api.context.serving, 'score');
  await post(`/v1/endpoints/${scorer}/best-of-n`, { policy: 'writer', prompts: ['P'], n: 2, truncation });
  expect(score.mock.calls[0]?.[0].truncation).toBe(rule);
  score.mockRestore();
});

test('each sentence tells by how much it moves the score', async () => {
  const answer = await post(`/v1/endpoints/${scorer}/explain`, { prompt: 'P', completion: 'One. Three four.' });
  expect(answer.score.raw).toBe(16);
  expect(answer.sentences).toEqual([
    { text: 'One. ', score_without: 10, difference: 5 },
    { text: 'Three four.', score_without: 3, difference: 12 },
  ]);
});

test('a text comes as it is written', async () => {
  const json = { prompts: ['P'], seed: 7 };
  const headers = { accept: 'text/event-stream' };
  const answer = await api.call('POST', `/v1/endpoints/${generator}/generate`, { json, headers });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const events = (await answer.text()).trim().split('\n\n');
  expect(events[0]).toBe('event: delta\ndata: {"prompt":0,"sample":0,"text":"P"}');
  expect(events[1]).toMatch(/^event: done\ndata: \{.*"seed":7.*\}$/);
});

test('a text that cannot be written is refused by its status, one that breaks off by an event', async () => {
  const path = `/v1/endpoints/${generator}/generate`;
  const call = { json: { prompts: ['P'] }, headers: { accept: 'text/event-stream' } };
  const problem = new Problem(422, 'does_not_fit', 'Too long.');
  const refused = { next: () => Promise.reject(problem) } as unknown as ReturnType<Serving['follow']>;
  vi.spyOn(api.context.serving, 'follow').mockReturnValueOnce(refused);
  expect((await api.call('POST', path, call)).status).toBe(422);
  vi.spyOn(api.context.serving, 'follow').mockImplementationOnce(async function* () {
    yield { delta: { prompt: 0, sample: 0, text: 'P' } };
    throw new Error('secret detail');
  });
  const events = await (await api.call('POST', path, call)).text();
  expect(events).toMatch(/event: error\ndata: .*internal_error/);
  expect(events).not.toContain('secret detail');
});

test('all versions that answer are loaded before they are asked', async () => {
  const load = vi.spyOn(api.context.serving, 'load');
  const { versions } = await post(`/v1/endpoints/${scorer}/warm-up`, undefined);
  expect(versions).toMatchObject([{ endpoint_version: 1, model_version: rewardModel, seconds: expect.any(Number) }]);
  expect(load).toHaveBeenCalledOnce();
});

test('where the time went in the engine is told to the caller', async () => {
  const scoring = vi.spyOn(api.context.serving, 'score');
  scoring.mockImplementationOnce(async (_, __, onTimed) => {
    onTimed?.('queue', 1.5);
    onTimed?.('model', 20);
    return { items: [[{ raw: 1, score: 1, tokens: 1, truncated: false }]] };
  });
  const json = { items: [{ prompt: 'P', completions: ['a'] }] };
  const answer = await api.call('POST', `/v1/endpoints/${scorer}/score`, { json });
  expect(answer.headers.get('server-timing')).toMatch(/queue;dur=1\.5,model;dur=20\.0,total;/);
});

test('how long the caller waits is told to the engine', async () => {
  const scoring = vi.spyOn(api.context.serving, 'score');
  const json = { items: [{ prompt: 'P', completions: ['a'] }] };
  await api.call('POST', `/v1/endpoints/${scorer}/score`, { json, headers: { 'x-timeout-ms': '250' } });
  expect(scoring).toHaveBeenLastCalledWith(expect.anything(), 250, expect.anything());
  const wrong = await api.call('POST', `/v1/endpoints/${scorer}/score`, { json, headers: { 'x-timeout-ms': '0' } });
  expect(wrong.status).toBe(422);
});

test.each([
  ['a taken name', () => ({ name: 'quality', model_version: rewardModel }), 409],
  ['an unknown model version', () => ({ name: 'x', model_version: 'mv_x' }), 422],
  ['a name with spaces', () => ({ name: 'my endpoint', model_version: base }), 422],
])('%s is refused', async (_, json, status) => {
  expect((await api.call('POST', '/v1/endpoints', { json: json() })).status).toBe(status);
});

test.each([
  ['other scores than the trainer', { precision: 'bfloat16' as const, values: [1, 2.002] }, 'golden_scores_differ'],
  ['a score less than the trainer', { precision: 'float32' as const, values: [1, 2, 3] }, 'golden_scores_differ'],
])('a model of which the server computes %s does not go live', async (_, { precision, values }, code) => {
  const [item] = goldenOf('reward_model').items;
  const golden = {
    precision,
    items: [{ prompt: { head: '', post: 'P', tail: '' }, completions: ['a'], ...item, values }],
  };
  const version = await trainModel(api, rewardSpec as never, 'reward_model', golden);
  const refused = await api.call('POST', '/v1/endpoints', { json: { name: 'refused', model_version: version } });
  expect(await refused.json()).toMatchObject({ status: 422, code, errors: [{ pointer: '/model_version' }] });
  const again = await api.call('POST', `/v1/endpoints/${scorer}/versions`, { json: { model_version: version } });
  expect(await again.json()).toMatchObject({ code });
  expect(await (await api.call('GET', `/v1/endpoints/${scorer}`)).json()).toMatchObject({ live_version: 1 });
});

test('a model without golden scores does not go live', async () => {
  const version = await trainModel(api, rewardSpec as never, 'reward_model', null);
  const refused = await api.call('POST', '/v1/endpoints', { json: { name: 'refused', model_version: version } });
  expect(await refused.json()).toMatchObject({ status: 422, code: 'no_golden_scores' });
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
  for (const name of [scorer, 'quality']) {
    const path = `/v1/endpoints/${name}/score`;
    expect((await api.call('POST', path, { json, key: api.keys.others })).status).toBe(404);
  }
  const reader = await post('/v1/keys', { name: 'r', scopes: ['models:read'] });
  expect((await api.call('POST', `/v1/endpoints/${scorer}/score`, { json, key: reader.secret })).status).toBe(403);
});
