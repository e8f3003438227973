import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJob, launchJob, pretrain, rows, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
}, 60_000);
afterEach(() => api.close());

const quota = () => `/v1/projects/${api.projects.mine}/quota`;
const limit = async (limits: object) => {
  const answer = await api.call('PUT', quota(), { json: limits });
  expect(answer.status).toBe(200);
  return answer.json();
};
const use = async () => (await api.call('GET', quota())).json();

const send = (text: string) =>
  api.call('POST', '/v1/datasets?kind=text&name=t', {
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${JSON.stringify({ text })}\n`,
  });

test("a project's use stands beside its limits, and only its organisation sets them", async () => {
  const nothing = { used: 0, limit: null };
  expect(await use()).toEqual({
    stored_bytes: { ...nothing, unit: 'bytes' },
    live_jobs: { ...nothing, unit: 'jobs' },
    jobs_per_day: { ...nothing, unit: 'jobs' },
    tokens_per_day: { ...nothing, unit: 'tokens' },
  });
  expect(await limit({ live_jobs: 2 })).toMatchObject({ live_jobs: { used: 0, limit: 2, unit: 'jobs' } });
  expect(await limit({ stored_bytes: 10 })).toMatchObject({ live_jobs: { limit: null }, stored_bytes: { limit: 10 } });
  const theirs = { path: `/v1/projects/${api.projects.others}/quota`, key: api.keys.others };
  expect((await api.call('PUT', theirs.path, { key: theirs.key, json: {} })).status).toBe(403);
  expect((await api.call('GET', theirs.path, { key: theirs.key })).status).toBe(200);
  expect((await api.call('PUT', quota(), { json: { live_jobs: -1 } })).status).toBe(422);
});

test('an upload that goes over the quota is refused in the midst, and leaves nothing', async () => {
  await upload(api, 'text');
  const { stored_bytes } = await use();
  expect(stored_bytes.used).toBe(Buffer.byteLength(`${JSON.stringify(rows.text)}\n`));
  await limit({ stored_bytes: stored_bytes.used + 100 });
  const refused = await send('x'.repeat(1000));
  expect(refused.status).toBe(403);
  expect(refused.headers.get('x-should-retry')).toBe('false');
  expect(await refused.json()).toMatchObject({
    code: 'quota_exceeded',
    detail: expect.stringContaining(`uses ${stored_bytes.used} of the ${stored_bytes.used + 100} bytes`),
  });
  expect((await use()).stored_bytes.used).toBe(stored_bytes.used);
  expect((await (await api.call('GET', '/v1/datasets')).json()).data).toHaveLength(1);
  expect(await api.context.artifacts.list('datasets/')).toHaveLength(1);
  expect((await send('fits')).status).toBe(201);
  expect((await send('fits')).status).toBe(201); // the same rows take no more room
});

test('of uploads side by side none passes what another has taken', async () => {
  await limit({ stored_bytes: 150 });
  const answers = await Promise.all(['a', 'b', 'c'].map(async (letter) => send(letter.repeat(80))));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);
  expect((await use()).stored_bytes.used).toBeLessThanOrEqual(150);
});

test("a model's file that goes over the quota is refused", async () => {
  await limit({ stored_bytes: 10 });
  const { id } = await (await api.call('POST', '/v1/model-uploads')).json();
  const put = (body: string) => api.call('PUT', `/v1/model-uploads/${id}/files/config.json`, { body });
  expect((await put('{}')).status).toBe(200);
  expect((await put(JSON.stringify({ long: 'x'.repeat(20) }))).status).toBe(403);
  expect((await use()).stored_bytes.used).toBe(2);
});

test('what jobs bring is stored as well, and a full project begins no more', async () => {
  const dataset = await upload(api, 'text');
  const before = (await use()).stored_bytes.used;
  await trainModel(api, pretrain(dataset), 'base');
  const after = (await use()).stored_bytes.used;
  expect(after).toBeGreaterThan(before);
  await limit({ stored_bytes: after });
  expect((await createJob(api, pretrain(dataset))).status).toBe(403);
});

test('jobs that have not ended are limited, those that are tried again among them', async () => {
  const dataset = await upload(api, 'text');
  const { id } = await launchJob(api, pretrain(dataset));
  await limit({ live_jobs: 1 });
  const refused = await createJob(api, pretrain(dataset));
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(await refused.json()).toMatchObject({ code: 'quota_exceeded', detail: expect.stringContaining('cancel one') });
  await api.call('POST', `/v1/jobs/${id}/cancel`);
  expect((await createJob(api, pretrain(dataset))).status).toBe(202);
  expect((await api.call('POST', `/v1/jobs/${id}/retry`)).status).toBe(429);
});

test('jobs are counted by day, and begin anew at midnight UTC', async () => {
  api.clock.nowMs = Date.parse('2030-01-01T23:00:00Z');
  const dataset = await upload(api, 'text');
  await limit({ jobs_per_day: 1 });
  expect((await createJob(api, pretrain(dataset))).status).toBe(202);
  const refused = await createJob(api, pretrain(dataset));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
  expect((await use()).jobs_per_day).toEqual({ used: 1, limit: 1, unit: 'jobs' });
  api.clock.nowMs += DAY_MS;
  expect((await createJob(api, pretrain(dataset))).status).toBe(202);
});

test('scoring and generating end with the tokens of the day', async () => {
  const dataset = await upload(api, 'text');
  const version = await trainModel(api, pretrain(dataset), 'base');
  await api.call('POST', '/v1/endpoints', { json: { name: 'e', model_version: version } });
  const generate = () => api.call('POST', '/v1/endpoints/e/generate', { json: { prompts: ['abc'], n: 2 } });
  await limit({ tokens_per_day: 8 });
  expect((await generate()).status).toBe(200); // 3 of the prompt, 2 written
  expect((await use()).tokens_per_day.used).toBe(5);
  expect((await generate()).status).toBe(200); // not flushed yet, and known all the same
  await api.context.usage.flush();
  const refused = await generate();
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('uses 10 of the 8 tokens') });
  api.clock.nowMs += DAY_MS;
  expect((await generate()).status).toBe(200);
});
