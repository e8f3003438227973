import { putHashed } from '@laurel/storage/artifacts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJob, finishJob, launchJob, nextWorker, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { handleWorkerExit } from '../../use-cases/jobs/handle-worker-exit.ts';
import { LEASE_SECONDS } from '../../use-cases/jobs/lease.ts';
import { sweep } from '../../use-cases/jobs/sweep.ts';

let api: TestApi;
let text: string;
beforeAll(async () => {
  api = await createTestApi();
  text = await upload(api, 'text');
}, 60_000);
beforeEach(async () => {
  for (const key of Object.values(api.keys)) {
    const { data } = await (await api.call('GET', '/v1/jobs?limit=100', { key })).json();
    for (const { id, ended_at } of data) if (!ended_at) await api.call('POST', `/v1/jobs/${id}/cancel`, { key });
  }
  api.clock.nowMs += (LEASE_SECONDS + 1) * 1000; // running ones end when their lease does
  await sweep(api.context);
});
afterAll(() => api.close());

const getJob = async (id: string) => (await api.call('GET', `/v1/jobs/${id}`)).json();
const post = (path: string) => api.call('POST', `/v1/jobs/${path}`);
const at = (step: number, stage = 'training') => ({ stage, step, total_steps: 10 });
const queue = async (more: object = {}, key = api.keys.mine, dataset = text) =>
  (
    await api.call('POST', '/v1/jobs', {
      key,
      json: { ...pretrain(dataset), ...more },
      headers: { 'idempotency-key': crypto.randomUUID() },
    })
  ).json();

test('a running job is paused behind a checkpoint, gives its place back, and goes on when it is resumed', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  expect(await (await post(`${id}/pause`)).json()).toMatchObject({ state: 'pausing' });
  expect(await (await post(`${id}/pause`)).json()).toMatchObject({ state: 'pausing' });
  expect(await (await worker('heartbeat', at(3))).json()).toEqual({ directive: 'pause' });
  expect((await worker('paused')).status).toBe(204);
  expect(await getJob(id)).toMatchObject({ state: 'paused', step: 3 });
  expect((await worker('heartbeat', at(4))).status).toBe(401);
  const other = await launchJob(api, pretrain(text));
  expect(other.worker.launch.jobId).toBe(other.id);

  expect((await post(`${other.id}/resume`)).status).toBe(409);
  expect(await (await post(`${id}/resume`)).json()).toMatchObject({ state: 'queued', max_attempts: 4 });
  const second = await nextWorker(api);
  expect(second.launch).toMatchObject({ jobId: id, attempt: 2 });
  expect((await second('claim')).status).toBe(200);
});

test('a waiting job is paused at once, and a paused one can be cancelled', async () => {
  const { id } = await queue();
  expect(await (await post(`${id}/pause`)).json()).toMatchObject({ state: 'paused', queue_position: null });
  await expect(nextWorker(api)).rejects.toThrow('Nothing was due');
  expect(await (await post(`${id}/cancel`)).json()).toMatchObject({ state: 'cancelled' });
  expect((await post(`${id}/pause`)).status).toBe(409);
});

test('a pausing job whose worker dies is paused', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  await post(`${id}/pause`);
  await handleWorkerExit(api.context, { jobId: id, attempt: 1, exitCode: null, signal: 'SIGKILL' });
  expect(await getJob(id)).toMatchObject({ state: 'paused' });
});

test('a failed job is tried again with all its attempts; one that succeeded is not', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  await worker('fail', { code: 'bad_luck', detail: 'It rained.', retryable: false });
  expect((await post(`${id}/resume`)).status).toBe(409);
  expect(await (await post(`${id}/retry`)).json()).toMatchObject({ state: 'queued', error: null, ended_at: null });
  const second = await nextWorker(api);
  await second('claim');
  await finishJob(api, second, 'base');
  expect(await getJob(id)).toMatchObject({ state: 'succeeded', attempt: 2 });
  expect((await post(`${id}/retry`)).status).toBe(409);
});

test('a job that has cost what it may fails behind a checkpoint, and goes on with a higher cap', async () => {
  const { id, worker } = await launchJob(api, { ...pretrain(text), max_cost_usd: 0.01 }); // a worker costs 1 USD an hour
  await worker('claim');
  api.clock.nowMs += 20_000;
  expect(await (await worker('heartbeat', at(1))).json()).toEqual({ directive: 'continue' });
  api.clock.nowMs += 20_000;
  expect(await (await worker('heartbeat', at(2))).json()).toEqual({ directive: 'pause' });
  expect(await getJob(id)).toMatchObject({ state: 'pausing', worked_seconds: 40 });
  await worker('paused');
  const failed = await getJob(id);
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'max_cost_reached', retryable: false } });
  expect(failed.cost_usd).toBeCloseTo(40 / 3600, 9);
  await post(`${id}/retry?max_cost_usd=1`);
  const second = await nextWorker(api);
  await second('claim');
  api.clock.nowMs += 20_000;
  expect(await (await second('heartbeat', at(3))).json()).toEqual({ directive: 'continue' });
});

test('a cap on a cost that nobody knows is refused', async () => {
  const { worker } = api.context;
  api.context.worker = { ...worker, usdPerHour: 0 };
  const answer = await createJob(api, { ...pretrain(text), max_cost_usd: 1 });
  api.context.worker = worker;
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ code: 'unknown_price', errors: [{ pointer: '/max_cost_usd' }] });
});

test('the remaining time is told from the pace of the stage', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  await worker('heartbeat', at(0, 'reading'));
  await worker('heartbeat', at(2));
  expect(await getJob(id)).toMatchObject({ remaining_seconds: null });
  api.clock.nowMs += 6000;
  await worker('heartbeat', at(4));
  expect(await getJob(id)).toMatchObject({ remaining_seconds: 18 });
});

test('projects take turns; within one, priority goes before age', async () => {
  const theirText = await upload(api, 'text', api.keys.others);
  const old = await queue();
  const urgent = await queue({ priority: 5 });
  const later = await queue();
  const theirs = await queue({}, api.keys.others, theirText);
  const position = async (id: string, key?: string) =>
    (await (await api.call('GET', `/v1/jobs/${id}`, { ...(key && { key }) })).json()).queue_position;
  const positions = [await position(urgent.id), await position(theirs.id, api.keys.others), await position(old.id)];
  expect(new Set(positions)).toEqual(new Set([1, 2, 3]));
  expect(positions[2]).toBe(3);
  expect(await position(later.id)).toBe(4);

  const order: string[] = [];
  for (let i = 0; i < 4; i++) {
    api.clock.nowMs += 1000;
    const worker = await nextWorker(api);
    await worker('claim');
    order.push(worker.launch.jobId);
    await finishJob(api, worker, 'base');
  }
  expect(new Set(order.slice(0, 2))).toEqual(new Set([urgent.id, theirs.id]));
  expect(order.slice(2)).toEqual([old.id, later.id]);
});

test('a project gets no more workers than its share, whoever else waits', async () => {
  api.context.jobsPerProject = 1;
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  await queue();
  await expect(nextWorker(api)).rejects.toThrow('Nothing was due');
  const theirs = await queue({}, api.keys.others, await upload(api, 'text', api.keys.others));
  expect((await nextWorker(api)).launch.jobId).toBe(theirs.id);
  api.context.jobsPerProject = 100;
  await post(`${id}/cancel`);
});

test('jobs are found by tags, state and type', async () => {
  const tagged = await queue({ tags: ['night', 'run:7'] });
  await queue({ tags: ['night'] });
  const found = async (query: string) =>
    (await (await api.call('GET', `/v1/jobs?${query}`)).json()).data.map(({ id }: { id: string }) => id);
  expect(await found('tags=night,run:7')).toEqual([tagged.id]);
  expect(await found('tags=night&state=queued&type=pretrain')).toHaveLength(2);
  expect(await found('tags=night&type=ppo')).toEqual([]);
  expect((await createJob(api, { ...pretrain(text), tags: ['two words'] })).status).toBe(422);
});

test('curves come in as many points as are asked for, with their extremes', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  const points = Array.from({ length: 100 }, (_, i) => ({ step: i + 1, values: { loss: i === 50 ? 99 : 1 } }));
  await worker('metrics', { points });
  const { data } = await (await api.call('GET', `/v1/jobs/${id}/metrics?points=10&name=loss`)).json();
  expect(data).toHaveLength(10);
  expect(data.map(({ step }: { step: number }) => step)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(data[5]).toMatchObject({ value: 10.8, min: 1, max: 99 });
});

test('values may be as large as can be summed; curves go on behind any point, whatever its name and step', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  const values = { '': 1e100, '\r\n': -1e100, ['𝓆'.repeat(32)]: 1 };
  await worker('metrics', { points: [1, 2, 2 ** 31 - 1].map((step) => ({ step, values })) });
  const read = async (query: string) => (await api.call('GET', `/v1/jobs/${id}/metrics?${query}`)).json();
  expect((await read('points=2&name=')).data[0]).toMatchObject({ value: 1e100, min: 1e100 });
  const seen = [];
  for (let after = ''; ; ) {
    const page = await read(`limit=1${after && `&after=${encodeURIComponent(after)}`}`);
    seen.push(...page.data);
    if (!page.has_more) break;
    after = page.last_id;
  }
  expect(seen).toHaveLength(9);

  for (const [refused, code] of [
    [{ loss: 1e101 }, 'too_big'],
    [{ ['n'.repeat(65)]: 1 }, 'broken_rule'],
  ] as const) {
    const answer = await worker('metrics', { points: [{ step: 1, values: refused }] });
    expect(answer.status).toBe(422);
    expect((await answer.json()).errors[0].code).toBe(code);
  }
});

test("a worker's log is read from the events, by their type, and none but known types are taken", async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  const line = { type: 'log', data: { level: 'error', message: 'It rained.' } };
  expect((await worker('events', { events: [line] })).status).toBe(204);
  const { data } = await (await api.call('GET', `/v1/jobs/${id}/events?type=log`)).json();
  expect(data).toMatchObject([line]);
  expect((await worker('events', { events: [{ type: 'poem', data: {} }] })).status).toBe(422);
});

test('a checkpoint is listed, and another job starts from it once its own job has ended', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  const hash = { sha256: '0', size_bytes: 2 };
  const put = (name: string, content: unknown) =>
    api.context.artifacts.put(`artifacts/${id}/${name}`, Buffer.from(JSON.stringify(content)));
  await put('3/config.json', { n_embd: 8 });
  await put('3/manifest.json', { files: { 'config.json': hash, 'model.safetensors': hash } });
  await put('2/manifest.json', { files: { 'trainer.json': hash } });
  const { data } = await (await api.call('GET', `/v1/jobs/${id}/checkpoints`)).json();
  expect(data).toMatchObject([
    { id: `${id}/3`, step: 3, size_bytes: 4, holds_model: true },
    { id: `${id}/2`, step: 2, holds_model: false },
  ]);
  const sft = { type: 'sft', output_model: 'p', parent: `${id}/3`, dataset: await upload(api, 'demonstrations') };
  const early = await createJob(api, sft);
  expect((await early.json()).errors).toMatchObject([{ pointer: '/parent', code: 'unknown_checkpoint' }]);
  await worker('fail', { code: 'diverged', detail: 'It grew too large.', retryable: false });
  const adapters = await createJob(api, { ...sft, parent: `${id}/2` });
  expect(adapters.status).toBe(422);
  const next = await launchJob(api, sft);
  const claimed = await (await next.worker('claim')).json();
  expect(claimed.models).toMatchObject({ [`${id}/3`]: { kind: 'base', prefix: `artifacts/${id}/3` } });
  expect(await (await post(`${id}/retry`)).json()).toMatchObject({ code: 'checkpoint_in_use' });
});

test('an estimate has a range, needs no idempotency key, and learns from what jobs have taken', async () => {
  const estimate = async () => (await api.call('POST', '/v1/job-estimates', { json: pretrain(text) })).json();
  const guess = await estimate();
  for (const { low, expected, high } of [guess.tokens, guess.flops, guess.duration_seconds, guess.cost_usd]) {
    expect(low).toBeLessThanOrEqual(expected);
    expect(expected).toBeLessThanOrEqual(high);
  }
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  api.clock.nowMs += 25_000;
  await finishJob(api, worker, 'base');
  expect(await getJob(id)).toMatchObject({ worked_seconds: 25 });
  expect(await estimate()).toMatchObject({ basis: 'measured' });
  const unknown = await api.call('POST', '/v1/job-estimates', { json: pretrain(`ds_${'0'.repeat(26)}`) });
  expect(unknown.status).toBe(422);
  const scoring = { type: 'bulk_score', dataset: text, endpoint: `ep_${'0'.repeat(26)}`, output_dataset: 'scored' };
  const nowhere = await (await api.call('POST', '/v1/job-estimates', { json: scoring })).json();
  expect(nowhere).toMatchObject({ status: 422, errors: [{ pointer: '/endpoint', code: 'unknown_endpoint' }] });
});

test('a scoring job takes what its endpoint serves, and its result is a dataset', async () => {
  const base = await trainModel(api, pretrain(text) as never, 'base');
  const references = await upload(api, 'demonstrations');
  const dataset = await upload(api, 'comparisons');
  const training = { type: 'reward_model', output_model: 'r', parent: base, dataset, reference_dataset: references };
  const reward = await trainModel(api, training as never, 'reward_model');
  const published = { name: crypto.randomUUID(), model_version: reward };
  const endpoint = await (await api.call('POST', '/v1/endpoints', { json: published })).json();
  const { id, worker } = await launchJob(api, {
    type: 'bulk_score',
    endpoint: endpoint.id,
    dataset,
    output_dataset: 'scored',
  });
  expect((await getJob(id)).spec).toMatchObject({ reward_model: reward, endpoint: endpoint.id });
  await worker('claim');
  const key = `artifacts/${id}/rows.jsonl`;
  const row = { group: 'g', prompt: { head: '', post: 'P', tail: '' }, completions: [{ text: 'a', raw: 1, score: 0 }] };
  const { sha256, sizeBytes: size_bytes } = await putHashed(
    api.context.artifacts,
    key,
    Buffer.from(`${JSON.stringify(row)}\n`),
  );
  const result = { type: 'dataset', kind: 'candidates', key, sha256, rows: 1, size_bytes };
  for (const wrong of [{ sha256: '0' }, { rows: 2 }]) {
    expect((await worker('complete', { result: { ...result, ...wrong }, metrics: {} })).status).toBe(422);
  }
  expect((await worker('complete', { result: { ...result, kind: 'comparisons' }, metrics: {} })).status).toBe(422);
  expect((await worker('complete', { result, metrics: {} })).status).toBe(204);
  const made = (await getJob(id)).dataset;
  expect(await (await api.call('GET', `/v1/datasets/${made}`)).json()).toMatchObject({
    name: 'scored',
    state: 'ready',
    rows: 1,
    report: { rows: 1, groups: 1 },
  });
  const page = await (await api.call('GET', `/v1/datasets/${made}/rows`)).json();
  expect(page.data).toEqual([{ line: 1, row }]);
  const neither = await createJob(api, { type: 'bulk_score', dataset, output_dataset: 'scored' });
  expect((await neither.json()).errors).toMatchObject([{ pointer: '/reward_model' }]);
});

test("an export's file is downloaded, in parts where that is asked for", async () => {
  const { id, worker } = await launchJob(api, {
    type: 'export',
    source: { type: 'dataset', dataset: text, shape: 'plain' },
  });
  expect((await api.call('GET', `/v1/jobs/${id}/file`)).status).toBe(409);
  await worker('claim');
  const key = `artifacts/${id}/file`;
  await api.context.artifacts.put(key, Buffer.from('0123456789'));
  const file = {
    type: 'file',
    key,
    name: 'rows.jsonl',
    media_type: 'application/x-ndjson',
    sha256: 'abc',
    size_bytes: 10,
  };
  await worker('complete', { result: file, metrics: {} });
  const whole = await api.call('GET', `/v1/jobs/${id}/file`);
  expect(await whole.text()).toBe('0123456789');
  expect(whole.headers.get('content-disposition')).toBe('attachment; filename="rows.jsonl"');
  const part = await api.call('GET', `/v1/jobs/${id}/file`, { headers: { range: 'bytes=8-' } });
  expect([part.status, await part.text()]).toEqual([206, '89']);
  const wrong = { type: 'dataset', dataset: text, shape: 'openai' };
  expect((await (await createJob(api, { type: 'export', source: wrong })).json()).errors).toMatchObject([
    { pointer: '/source/dataset', code: 'wrong_kind' },
  ]);
});
