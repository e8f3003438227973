import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { sweep } from '../../use-cases/jobs/sweep.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  api.clock.nowMs = Date.parse('2030-01-01T12:00:00Z');
}, 60_000);
afterAll(() => api.close());

const read = async (query = '', key = api.keys.mine) => (await api.call('GET', `/v1/usage${query}`, { key })).json();

test('requests, tokens, jobs, the time of workers and storage are counted by day and project', async () => {
  const dataset = await upload(api, 'text');
  const base = await trainModel(api, pretrain(dataset), 'base');
  const [demonstrations, comparisons] = [await upload(api, 'demonstrations'), await upload(api, 'comparisons')];
  const spec = { type: 'reward_model', output_model: 'r', parent: base, dataset: comparisons };
  const reward = await trainModel(api, { ...spec, reference_dataset: demonstrations } as never, 'reward_model');
  for (const [name, model_version] of Object.entries({ policy: base, judge: reward })) {
    await api.call('POST', '/v1/endpoints', { json: { name, model_version } });
  }
  const ask = (path: string, json: object, headers = {}) =>
    api.call('POST', `/v1/endpoints/${path}`, { json, headers });
  await ask('judge/score', { items: [{ prompt: 'P', completions: ['a', 'bcd'] }] });
  await ask('policy/generate', { prompts: ['ab'], n: 3 });
  const streamed = await ask('policy/generate', { prompts: ['ab'], n: 1 }, { accept: 'text/event-stream' });
  await streamed.text();
  const { worker } = await launchJob(api, pretrain(dataset));
  await worker('claim');
  api.clock.nowMs += 10_000;
  await worker('heartbeat', { stage: 's', step: 1, total_steps: 2 });
  api.clock.nowMs += 5_000;
  await worker('fail', { code: 'c', detail: 'd', retryable: false });
  await sweep(api.context);

  const { data } = await read();
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({
    id: `2030-01-01.${api.projects.mine}`,
    day: '2030-01-01',
    project: api.projects.mine,
    scored_tokens: 4,
    prompt_tokens: 4,
    generated_tokens: 4,
    jobs: 3,
    worker_seconds: 15,
  });
  expect(data[0].requests).toBeGreaterThan(10);
  const stored = (await (await api.call('GET', `/v1/projects/${api.projects.mine}/quota`)).json()).stored_bytes.used;
  expect(data[0].stored_bytes).toBe(stored);
});

test('a generation that nobody listens to any more is counted by what was told', async () => {
  const before = (await read()).data[0].generated_tokens;
  const body = { prompts: ['ab'], n: 5 };
  const answer = await api.call('POST', '/v1/endpoints/policy/generate', {
    json: body,
    headers: { accept: 'text/event-stream' },
  });
  const reader = answer.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await expect.poll(async () => (await read()).data[0].generated_tokens, { timeout: 20_000 }).toBeGreaterThan(before);
}, 30_000);

test('storage is measured once an hour', async () => {
  const { stored_bytes: before } = (await read()).data[0];
  await upload(api, 'comparisons');
  await api.call('POST', '/v1/datasets?kind=text&name=more', {
    headers: { 'content-type': 'application/x-ndjson' },
    body: '{"text": "More words."}',
  });
  await sweep(api.context);
  expect((await read()).data[0].stored_bytes).toBe(before);
  api.clock.nowMs += DAY_MS / 24;
  await sweep(api.context);
  expect((await read()).data[0].stored_bytes).toBeGreaterThan(before);
});

test('days can be chosen, paged, and had as CSV; projects see themselves alone', async () => {
  api.clock.nowMs += DAY_MS;
  await api.call('GET', '/v1/datasets');
  await api.call('GET', '/v1/datasets', { key: api.keys.others });
  const all = await read();
  expect(all.data.map(({ day }: { day: string }) => day)).toEqual(['2030-01-02', '2030-01-02', '2030-01-01']);
  const first = await read('?limit=1');
  expect(first.has_more).toBe(true);
  const rest = await read(`?after=${first.last_id}`);
  expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(all.data.map(({ id }: { id: string }) => id));
  expect((await read('?to=2030-01-01')).data).toHaveLength(1);
  expect((await read(`?from=2030-01-02&project=${api.projects.mine}`)).data).toHaveLength(1);
  expect((await read('', api.keys.others)).data.map(({ project }: { project: string }) => project)).toEqual([
    api.projects.others,
  ]);
  expect(
    (await read('', api.keys.foreign)).data.every(({ project }: { project: string }) => project !== api.projects.mine),
  ).toBe(true);
  const csv = await api.call('GET', '/v1/usage?from=2030-01-01&to=2030-01-01', { headers: { accept: 'text/csv' } });
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const [head, row, end] = (await csv.text()).split('\r\n');
  expect(head).toBe(
    'day,project,requests,scored_tokens,prompt_tokens,generated_tokens,jobs,worker_seconds,stored_bytes',
  );
  expect(row).toMatch(new RegExp(`^2030-01-01,${api.projects.mine},\\d+,4,`));
  expect(end).toBe('');
  expect((await api.call('GET', '/v1/usage?from=yesterday')).status).toBe(422);
});
