import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactStoreFull } from '@laurel/storage/artifacts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createJob, pretrain, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

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
  expect((await api.call('POST', '/v1/datasets?kind=text&name=x', { json: {} })).status).toBe(415);
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
  expect((await createJob(api, pretrain(needed))).status).toBe(202);
  const refused = await api.call('DELETE', `/v1/datasets/${needed}`);
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: 'dataset_in_use' });
  expect((await api.call('DELETE', `/v1/datasets/${free}`)).status).toBe(204);
  expect((await api.call('GET', `/v1/datasets/${free}`)).status).toBe(404);
  expect(await storedDatasets()).not.toContain(free);
});

test("another project's dataset does not exist", async () => {
  const id = await upload(api, 'text', api.keys.others);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/rows'],
    ['DELETE', ''],
  ]) {
    expect((await api.call(method ?? '', `/v1/datasets/${id}${path}`)).status).toBe(404);
  }
});
