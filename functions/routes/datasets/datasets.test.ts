import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { datasets } from '@laurel/storage';
import { ArtifactStoreFull } from '@laurel/storage/artifacts';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { appendToDataset, type DatasetRow, uploadDataset } from '../../use-cases/datasets/upload-dataset.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

const send = (query: string, body: string) =>
  api.call('POST', `/v1/datasets?${query}`, { body, headers: { 'content-type': 'application/x-ndjson' } });

const storedDatasets = () => readdir(join(api.folder, 'artifacts', 'datasets')).catch(() => []);

test('an upload becomes a dataset whose rows can be looked at', async () => {
  const answer = await send('kind=text&name=words', '{"text":"one"}\n{"text":"two"}\n{"text":"three"}\n');
  expect(answer.status).toBe(201);
  const { id, ...dataset } = await answer.json();
  expect(dataset).toMatchObject({ kind: 'text', name: 'words', state: 'ready', rows: 3, report: { rows: 3 } });
  expect(answer.headers.get('location')).toBe(`/v1/datasets/${id}`);
  expect(await (await api.call('GET', `/v1/datasets/${id}`)).json()).toEqual({ id, ...dataset });
  const page = await (await api.call('GET', `/v1/datasets/${id}/rows?limit=1&after=1`)).json();
  expect(page).toEqual({ data: [{ line: 2, row: { text: 'two' } }], has_more: true });
});

test('a form is taken as well', async () => {
  const form = new FormData();
  form.set('kind', 'text');
  form.set('name', 'form');
  form.set('file', new File(['{"text":"one"}'], 'rows.jsonl'));
  const answer = await api.call('POST', '/v1/datasets', { body: form });
  expect(await answer.json()).toMatchObject({ name: 'form', rows: 1 });
});

test('bad rows are named and nothing is left behind', async () => {
  const before = await storedDatasets();
  const answer = await send('kind=text&name=bad', '{"text":"one"}\nnot json');
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ code: 'invalid_rows', errors: [{ line: 2, code: 'malformed_json' }] });
  const { data } = await (await api.call('GET', '/v1/datasets?limit=100')).json();
  expect(data.some(({ name }: { name: string }) => name === 'bad')).toBe(false);
  expect(await storedDatasets()).toEqual(before);
});

test.each([
  ['no kind', 'name=x', 422],
  ['an unknown kind', 'kind=poems&name=x', 422],
  ['an empty body', 'kind=text&name=x', 422],
])('%s is refused', async (_, query, status) => {
  expect((await send(query, '')).status).toBe(status);
});

test('a form without a file, and other content types, are refused', async () => {
  const form = new FormData();
  form.set('kind', 'text');
  expect((await api.call('POST', '/v1/datasets', { body: form })).status).toBe(400);
  const headers = { 'content-type': 'image/png' };
  expect((await api.call('POST', '/v1/datasets?kind=text&name=x', { body: 'x', headers })).status).toBe(415);
});

test('a full disk is told, and the service goes on', async () => {
  const full = new ArtifactStoreFull('datasets/x', '/data', Object.assign(new Error('write'), { code: 'ENOSPC' }));
  const put = vi.spyOn(api.context.artifacts, 'put').mockRejectedValueOnce(full);
  const answer = await send('kind=text&name=full', '{"text":"one"}');
  expect(answer.status).toBe(507);
  expect(answer.headers.get('x-should-retry')).toBe('false');
  expect(await answer.json()).toMatchObject({ code: 'storage_full' });
  put.mockRestore();
  expect((await send('kind=text&name=full', '{"text":"one"}')).status).toBe(201);
});

test('a dataset that a live job needs cannot be deleted, any other can', async () => {
  const [needed, free] = [await upload(api, 'text'), await upload(api, 'text')];
  const job = await (await createJob(api, pretrain(needed))).json();
  const refused = await api.call('DELETE', `/v1/datasets/${needed}`);
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: 'dataset_in_use' });
  expect((await api.call('DELETE', `/v1/datasets/${free}`)).status).toBe(200);
  expect((await api.call('GET', `/v1/datasets/${free}`)).status).toBe(404);
  await api.call('POST', `/v1/jobs/${job.id}/cancel`);
  expect(await (await api.call('DELETE', `/v1/datasets/${needed}`)).json()).toMatchObject({
    dependents: { jobs: [job.id] },
  });
});

test.each([
  ['a JSON array', 'application/json', Buffer.from('[{"text":"one"},\n {"text":"two"}]')],
  ['CSV', 'text/csv', Buffer.from('text\none\n"two"\n')],
  ['plain text', 'text/plain; charset=utf-8', Buffer.from('one\nline more\n\ntwo\n')],
  ['gzip', 'application/x-ndjson', gzipSync('{"text":"one"}\n{"text":"two"}\n')],
])('%s is taken', async (name, type, body) => {
  const answer = await api.call('POST', `/v1/datasets?kind=text&name=${encodeURIComponent(name)}`, {
    body,
    headers: { 'content-type': type },
  });
  expect(await answer.json()).toMatchObject({ state: 'ready', rows: 2 });
});

test('an encoding that is not taken is refused', async () => {
  const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'br' };
  expect((await api.call('POST', '/v1/datasets?kind=text&name=x', { body: 'x', headers })).status).toBe(415);
});

test('plain text is a dataset of texts, and of nothing else', async () => {
  const headers = { 'content-type': 'text/plain' };
  const answer = await api.call('POST', '/v1/datasets?kind=prompts&name=x', { body: 'x', headers });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ code: 'wrong_format' });
});

test('a file of a form is read by its name', async () => {
  const form = new FormData();
  form.set('kind', 'prompts');
  form.set('name', 'table');
  form.set('file', new File(['prompt\nWhy?\n'], 'rows.csv'));
  expect(await (await api.call('POST', '/v1/datasets', { body: form })).json()).toMatchObject({ rows: 1 });
});

test('the same rows are stored once, and go with the last dataset that has them', async () => {
  const row = JSON.stringify({ text: crypto.randomUUID() });
  const before = await storedDatasets();
  const [first, second] = [
    await (await send('kind=text&name=a', row)).json(),
    await (await send('kind=text&name=b', row)).json(),
  ];
  expect(second.sha256).toBe(first.sha256);
  expect(new Set(await storedDatasets())).toEqual(new Set([...before, first.id]));
  const receipt = await (await api.call('DELETE', `/v1/datasets/${first.id}`)).json();
  expect(receipt).toMatchObject({ dataset: { id: first.id }, artifacts: [], shared_with: [second.id] });
  expect(await (await api.call('GET', `/v1/dataset-deletions/${receipt.id}`)).json()).toEqual(receipt);
  expect((await (await api.call('GET', `/v1/dataset-deletions?dataset=${first.id}`)).json()).data).toEqual([receipt]);
  const rows = await (await api.call('GET', `/v1/datasets/${second.id}/rows`)).json();
  expect(rows.data).toHaveLength(1);
  const last = await (await api.call('DELETE', `/v1/datasets/${second.id}`)).json();
  expect(last.artifacts).toEqual([`datasets/${first.id}/rows.jsonl`]);
  expect(await storedDatasets()).toEqual(before);
});

test('a version that rows are being appended to is not deleted, and one that is deleted is not appended to', async () => {
  const { id } = await (await send('kind=text&name=held', '{"text":"first"}')).json();
  const [previous] = (await api.context.db.select().from(datasets).where(eq(datasets.id, id))) as [DatasetRow];
  const remove = () => api.call('DELETE', `/v1/datasets/${id}`);
  async function* rows() {
    const refused = await remove();
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'dataset_in_use' });
    yield new TextEncoder().encode('{"text":"second"}');
  }
  const append = (content: AsyncIterable<Uint8Array>) =>
    appendToDataset(api.context, previous, { format: 'jsonl', content }, async () => {});
  expect(await append(rows())).toMatchObject({ state: 'ready', rows: 2, previous: id });
  expect((await remove()).status).toBe(200);
  await expect(append(rows())).rejects.toMatchObject({ status: 404 });
});

test('a dataset that is deleted while it is uploaded stays deleted', async () => {
  const before = await storedDatasets();
  let id = '';
  async function* rows() {
    yield new TextEncoder().encode('{"text":"first"}\n');
    const uploading = and(eq(datasets.name, 'given-up'), eq(datasets.state, 'uploading'));
    [{ id } = { id: '' }] = await api.context.db.select().from(datasets).where(uploading);
    expect((await api.call('DELETE', `/v1/datasets/${id}`)).status).toBe(200);
  }
  const begun = { kind: 'text', name: 'given-up', format: 'jsonl', content: rows() } as const;
  const upload = uploadDataset(api.context, api.projects.mine, begun, async () => {});
  await expect(upload).rejects.toMatchObject({ status: 409, code: 'dataset_deleted' });
  expect((await api.call('GET', `/v1/datasets/${id}`)).status).toBe(404);
  expect(await storedDatasets()).toEqual(before);
});

test('appending makes the next version, and the one before stays as it is', async () => {
  const first = await (await send('kind=text&name=growing', '{"text":"one"}\n{"text":"two"}')).json();
  const append = (id: string, body: string) =>
    api.call('POST', `/v1/datasets/${id}/append`, { body, headers: { 'content-type': 'application/x-ndjson' } });
  const second = await (await append(first.id, '{"text":"one"}')).json();
  expect(second).toMatchObject({ name: 'growing', version: 2, previous: first.id, rows: 3, report: { duplicates: 1 } });
  expect(await (await api.call('GET', `/v1/datasets/${first.id}`)).json()).toEqual(first);
  const bad = await append(first.id, 'no json');
  expect(await bad.json()).toMatchObject({ code: 'invalid_rows', errors: [{ line: 1 }] });
  const receipt = await (await api.call('DELETE', `/v1/datasets/${first.id}`)).json();
  expect(receipt.dependents).toMatchObject({ datasets: [second.id] });
});

test('a dataset is given out in the shapes of its kind, what had learnt from it is on the receipt', async () => {
  const pair = { prompt: 'P', chosen: ' yes', rejected: ' no', margin: 2 };
  const { id } = await (await send('kind=comparisons&name=pairs', JSON.stringify(pair))).json();
  const given = async (shape: string) =>
    JSON.parse(await (await api.call('GET', `/v1/datasets/${id}/export?shape=${shape}`)).text());
  expect(await given('plain')).toMatchObject(pair);
  expect(await given('messages')).toMatchObject({ chosen: [{ role: 'assistant', content: ' yes' }] });
  expect(await given('openai')).toMatchObject({
    info: { post: 'P' },
    choice: 0,
    summaries: [{ text: ' yes' }, { text: ' no' }],
  });
  const csv = await api.call('GET', `/v1/datasets/${id}/export?format=csv`);
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect((await csv.text()).split('\r\n')[0]).toBe('id,prompt,chosen,rejected,margin');
  expect((await api.call('GET', `/v1/datasets/${id}/export?format=csv&shape=messages`)).status).toBe(422);
  const text = await upload(api, 'text');
  expect(await (await api.call('GET', `/v1/datasets/${text}/export?shape=openai`)).json()).toMatchObject({
    code: 'wrong_shape',
  });
  const version = await trainModel(api, pretrain(text) as never, 'base');
  const receipt = await (await api.call('DELETE', `/v1/datasets/${text}`)).json();
  expect(receipt.dependents.model_versions).toEqual([version]);
});

test("another project's dataset does not exist", async () => {
  const id = await upload(api, 'text', api.keys.others);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/rows'],
    ['GET', '/export'],
    ['DELETE', ''],
  ]) {
    expect((await api.call(method ?? '', `/v1/datasets/${id}${path}`)).status).toBe(404);
  }
});
