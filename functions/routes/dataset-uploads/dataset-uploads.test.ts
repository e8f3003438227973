import { gzipSync } from 'node:zlib';
import { Problem } from '@laurel/contracts';
import { datasets, datasetUploads } from '@laurel/storage';
import { ArtifactStoreFull } from '@laurel/storage/artifacts';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { takeDatasetUpload } from '../../use-cases/dataset-uploads/take-dataset-upload.ts';
import { examine } from '../../use-cases/doctor/examine.ts';
import { sweep } from '../../use-cases/jobs/sweep.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PART_BYTES = 16 * 2 ** 20;

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
}, 60_000);
afterEach(() => api.close());

const create = (sizeBytes: number, more: object = {}) =>
  api.call('POST', '/v1/dataset-uploads', { json: { kind: 'text', name: 'parts', size_bytes: sizeBytes, ...more } });
const begin = async (content: Uint8Array | string, more: object = {}): Promise<string> =>
  (await (await create(Buffer.from(content).length, more)).json()).id;
const get = async (id: string) => (await api.call('GET', `/v1/dataset-uploads/${id}`)).json();
const urlsOf = async (id: string) => (await (await api.call('GET', `/v1/dataset-uploads/${id}/part-urls`)).json()).data;
const put = (url: string, body: BodyInit) => api.call('PUT', url, { key: '', body });
const complete = (id: string) => api.call('POST', `/v1/dataset-uploads/${id}/complete`);
const take = () => takeDatasetUpload(api.context, new AbortController().signal);
const files = () => api.context.artifacts.list('');

async function putAll(id: string, content: Uint8Array | string): Promise<void> {
  const bytes = Buffer.from(content);
  for (const { number, url } of await urlsOf(id)) {
    const part = bytes.subarray((number - 1) * PART_BYTES, number * PART_BYTES);
    expect((await put(url, part)).status).toBe(204);
  }
}

/** An upload whose parts are all there, and whose completion was asked for. */
async function completing(content: Uint8Array | string, more: object = {}): Promise<string> {
  const id = await begin(content, more);
  await putAll(id, content);
  expect((await complete(id)).status).toBe(202);
  return id;
}

const ROWS = '{"text":"one"}\n{"text":"two"}\n';

test('parts, put in any order to granted addresses without a key, become a dataset', async () => {
  const [partBytes, content] = [20, Buffer.from('{"text":"one"}\n'.repeat(4))];
  const created = await create(content.length);
  expect(created.status).toBe(201);
  const { id, ...upload } = await created.json();
  expect(created.headers.get('location')).toBe(`/v1/dataset-uploads/${id}`);
  expect(upload).toMatchObject({
    state: 'open',
    part_count: 1,
    part_size_bytes: PART_BYTES,
    dataset: null,
    error: null,
  });
  await api.context.db.update(datasetUploads).set({ partBytes });
  const urls = await urlsOf(id);
  expect(urls.map(({ size_bytes }: { size_bytes: number }) => size_bytes)).toEqual([20, 20, 20]);
  const part = (number: number) => content.subarray((number - 1) * partBytes, number * partBytes);
  expect((await put(urls[2].url, part(3))).status).toBe(204);
  expect((await put(urls[0].url, part(1))).status).toBe(204);
  const early = await complete(id);
  expect(early.status).toBe(409);
  expect(await early.json()).toMatchObject({ code: 'parts_missing', errors: [{ pointer: '/parts/2' }] });
  expect((await get(id)).received_parts).toEqual([1, 3]);
  expect((await put(urls[1].url, part(2))).status).toBe(204);

  expect(await (await complete(id)).json()).toMatchObject({ state: 'completing' });
  expect((await complete(id)).status).toBe(202);
  await take();
  const done = await get(id);
  expect(done).toMatchObject({ state: 'completed', checked_bytes: content.length, received_parts: [], error: null });
  expect(await (await complete(id)).json()).toMatchObject({ state: 'completed', dataset: done.dataset });
  const dataset = await (await api.call('GET', `/v1/datasets/${done.dataset}`)).json();
  expect(dataset).toMatchObject({ state: 'ready', kind: 'text', name: 'parts', rows: 4, report: { duplicates: 3 } });
  expect(await files()).toEqual([`datasets/${done.dataset}/rows.jsonl`]);
  expect((await put(urls[0].url, part(1))).status).toBe(409);
  expect((await api.call('DELETE', `/v1/dataset-uploads/${id}`)).status).toBe(409);
  expect(await examine(api.context)).toEqual([]);
});

test.each([
  ['csv', 'text\none\ntwo\n'],
  ['json', '[{"text":"one"},{"text":"two"}]'],
  ['text', 'one\n\ntwo'],
  ['jsonl', gzipSync(ROWS)],
])('%s is taken in parts', async (format, content) => {
  const id = await completing(content, { format });
  await take();
  const { dataset } = await get(id);
  expect(await (await api.call('GET', `/v1/datasets/${dataset}`)).json()).toMatchObject({ rows: 2 });
});

test('bad rows are told as by a direct upload, and nothing is kept', async () => {
  const id = await completing('{"text":"one"}\nnot json\n');
  await take();
  const failed = await get(id);
  expect(failed).toMatchObject({ state: 'failed', dataset: null, received_parts: [] });
  expect(failed.error).toMatchObject({ status: 422, code: 'invalid_rows', errors: [{ line: 2 }] });
  expect(await files()).toEqual([]);
  expect((await (await api.call('GET', '/v1/datasets')).json()).data).toEqual([]);
  expect((await complete(id)).status).toBe(409);
});

test.each([
  ['nothing', { size_bytes: 0 }],
  ['more than 100 GB', { size_bytes: 100e9 + 1 }],
  ['an unknown format', { size_bytes: 1, format: 'parquet' }],
  ['plain text that is to be comparisons', { size_bytes: 1, kind: 'comparisons', format: 'text' }],
])('%s is refused at once', async (_, json) => {
  expect((await create(1, json)).status).toBe(422);
});

test('100 GB are parts that S3 takes, whose addresses come in pages', async () => {
  const { id, part_count, part_size_bytes } = await (await create(100e9)).json();
  expect(part_count).toBeLessThanOrEqual(10_000);
  expect(part_size_bytes).toBeGreaterThanOrEqual(5 * 2 ** 20);
  const page = await (
    await api.call('GET', `/v1/dataset-uploads/${id}/part-urls?limit=2&after=${part_count - 1}`)
  ).json();
  expect(page).toMatchObject({ data: [{ number: part_count }], has_more: false });
  expect(page.data[0].size_bytes).toBe(100e9 - (part_count - 1) * part_size_bytes);
});

test('a part is taken only to the address that was granted for it, for an hour, and whole', async () => {
  const id = await begin(ROWS);
  const [{ url }] = await urlsOf(id);
  for (const forged of [
    url.replace('/parts/1', '/parts/2'),
    url.replace(/signature=./, (start: string) => `${start.slice(0, -1)}${start.endsWith('0') ? '1' : '0'}`),
    url.replace(/expires=\d+/, 'expires=99999999999'),
    url.replace(id, await begin(ROWS)),
    url.replace(id, 'dsu_none'),
  ]) {
    const answer = await put(forged, ROWS);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'not_granted' });
  }
  for (const wrong of [ROWS.slice(1), `${ROWS}\n`]) expect((await put(url, wrong)).status).toBe(422);
  expect(await files()).toEqual([]);
  api.clock.nowMs += 61 * MINUTE_MS;
  expect((await put(url, ROWS)).status).toBe(403);
  const [{ url: again }] = await urlsOf(id);
  expect((await put(again, ROWS)).status).toBe(204);
});

test('an upload that is aborted is gone with its parts, also while it is completed', async () => {
  const [open, busy] = [await begin(ROWS), await completing(ROWS)];
  await putAll(open, ROWS);
  vi.spyOn(api.context.artifacts, 'get').mockImplementationOnce(async () => {
    expect((await api.call('DELETE', `/v1/dataset-uploads/${busy}`)).status).toBe(204);
    return Buffer.from(ROWS);
  });
  await take();
  expect((await api.call('DELETE', `/v1/dataset-uploads/${open}`)).status).toBe(204);
  expect((await api.call('DELETE', `/v1/dataset-uploads/${open}`)).status).toBe(204);
  for (const id of [open, busy]) {
    expect((await (await api.call('GET', `/v1/dataset-uploads/${id}`)).json()).state).toBe('aborted');
    expect((await complete(id)).status).toBe(409);
    expect((await api.call('GET', `/v1/dataset-uploads/${id}/part-urls`)).status).toBe(409);
  }
  expect(await files()).toEqual([]);
  expect((await (await api.call('GET', '/v1/datasets')).json()).data).toEqual([]);
});

test('uploads that are left lying expire with their parts, and are forgotten a day later', async () => {
  const id = await begin(ROWS);
  await putAll(id, ROWS);
  api.clock.nowMs += 3 * DAY_MS + 2 * MINUTE_MS;
  expect((await examine(api.context)).map(({ sort }) => sort)).toEqual(['old_dataset_upload']);
  await sweep(api.context);
  expect(await get(id)).toMatchObject({ state: 'expired', received_parts: [] });
  expect(await files()).toEqual([]);
  await api.context.artifacts.put(`dataset-uploads/${id}/1`, Buffer.from(ROWS)); // late, to an address of S3
  api.clock.nowMs += DAY_MS + 1;
  await sweep(api.context);
  expect((await api.call('GET', `/v1/dataset-uploads/${id}`)).status).toBe(404);
  expect(await files()).toEqual([]);
});

test('a project has so many open uploads and no more, and sees its own', async () => {
  const ids = [];
  for (let i = 0; i < 20; i++) ids.push(await begin(ROWS));
  const refused = await create(1);
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: 'too_many_uploads' });
  await api.call('DELETE', `/v1/dataset-uploads/${ids[0]}`);
  expect((await create(1)).status).toBe(201);
  const page = await (await api.call('GET', '/v1/dataset-uploads?limit=2')).json();
  expect(page).toMatchObject({ has_more: true });
  const next = await (await api.call('GET', `/v1/dataset-uploads?limit=1&after=${page.last_id}`)).json();
  expect(next.first_id).toBe(ids[18]);
});

test('a server that died over a completion costs time alone', async () => {
  const id = await completing(ROWS);
  const leftBehind = 'ds_leftbehind';
  const row = { projectId: api.projects.mine, kind: 'text', name: 'half', state: 'uploading' } as const;
  await api.context.db
    .insert(datasets)
    .values({ ...row, id: leftBehind, artifactKey: `datasets/${leftBehind}/rows.jsonl` });
  await api.context.artifacts.put(`datasets/${leftBehind}/rows.jsonl`, Buffer.from(ROWS));
  const died = { attempt: 1, datasetId: leftBehind, leaseExpiresAt: new Date(api.clock.nowMs + MINUTE_MS) };
  await api.context.db.update(datasetUploads).set(died).where(eq(datasetUploads.id, id));
  await take();
  expect((await get(id)).state).toBe('completing'); // its server may live
  api.clock.nowMs += 3 * MINUTE_MS;
  expect((await examine(api.context)).map(({ sort }) => sort)).toContain('upload_without_server');
  await take();
  const { state, dataset } = await get(id);
  expect(state).toBe('completed');
  expect(await files()).toEqual([`datasets/${dataset}/rows.jsonl`]);
  expect(await examine(api.context)).toEqual([]);
});

test.each([
  ['a server that is told to stop leaves the upload to the next one', undefined, 'completing', undefined],
  [
    'a run that is out of time leaves it to the owner, and says so',
    new Problem(413, 'takes_too_long', 'It takes too long.'),
    'open',
    'takes_too_long',
  ],
])('%s', async (_, reason, state, error) => {
  const id = await completing(ROWS);
  const stopping = new AbortController();
  vi.spyOn(api.context.artifacts, 'get').mockImplementationOnce(async () => {
    stopping.abort(reason);
    return Buffer.from(ROWS);
  });
  await takeDatasetUpload(api.context, stopping.signal);
  const left = await get(id);
  expect({ ...left, error: left.error?.code }).toMatchObject({ state, error, received_parts: [1] });
  expect(await files()).toEqual([`dataset-uploads/${id}/1`]);
  await complete(id);
  await take();
  expect((await get(id)).state).toBe('completed');
});

test('a full disk, and a store that fails again and again, leave the upload open with its parts', async () => {
  const id = await completing(ROWS);
  const full = new ArtifactStoreFull('x', '/data');
  const store = vi.spyOn(api.context.artifacts, 'put').mockRejectedValueOnce(full);
  await take();
  store.mockRestore();
  expect(await get(id)).toMatchObject({ state: 'open', error: { code: 'storage_full' }, received_parts: [1] });
  expect((await complete(id)).status).toBe(202);
  const broken = vi.spyOn(api.context.artifacts, 'put').mockRejectedValue(new Error('broken'));
  for (let i = 0; i < 5; i++) {
    await take();
    api.clock.nowMs += 2 * MINUTE_MS;
  }
  broken.mockRestore();
  expect(await get(id)).toMatchObject({ state: 'open', error: { code: 'completion_interrupted' } });
  expect((await complete(id)).status).toBe(202);
  await take();
  expect((await get(id)).state).toBe('completed');
});
