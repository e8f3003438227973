import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createJob, launchJob } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { examine } from '../../use-cases/doctor/examine.ts';
import { sweep } from '../../use-cases/jobs/sweep.ts';
import { putModelFile } from '../../use-cases/model-uploads/put-model-file.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const ABC_SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const WHOLE = ['config.json', 'tokenizer.json', 'model.safetensors'];

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

const begin = async () => (await (await api.call('POST', '/v1/model-uploads')).json()).id as string;
const put = async (id: string, name: string, body = 'abc') =>
  api.call('PUT', `/v1/model-uploads/${id}/files/${name}`, {
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });
const importOf = (upload: string) => ({ type: 'import', output_model: 'theirs', source: { type: 'upload', upload } });

async function wholeUpload(): Promise<string> {
  const id = await begin();
  await Promise.all(WHOLE.map((name) => put(id, name)));
  return id;
}

test('files arrive one by one, or side by side, and each is told by its hash', async () => {
  const id = await begin();
  const answer = await put(id, 'config.json');
  expect(answer.status).toBe(200);
  const file = { sha256: ABC_SHA256, size_bytes: 3 };
  expect(await answer.json()).toMatchObject({ id, files: { 'config.json': file } });
  await Promise.all(WHOLE.slice(1).map((name) => put(id, name)));
  const upload = await (await api.call('GET', `/v1/model-uploads/${id}`)).json();
  expect(upload.files).toEqual(Object.fromEntries(WHOLE.map((name) => [name, file])));
});

test.each(['pytorch_model.bin', 'modeling_evil.py', '..%2F..%2Fconfig.json', '.hidden'])(
  '%s is refused',
  async (name) => {
    const answer = await put(await begin(), name);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'unknown_model_file' });
  },
);

test('a description that is too large is refused, and nothing is left of it', async () => {
  const id = await begin();
  const mebibyte = new Uint8Array(2 ** 20);
  const body = new ReadableStream({ pull: (controller) => controller.enqueue(mebibyte) }, { highWaterMark: 0 });
  const answer = await api.app.request(`/v1/model-uploads/${id}/files/config.json`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${api.keys.mine}`, 'content-type': 'application/octet-stream' },
    body,
    duplex: 'half',
  } as RequestInit);
  expect(answer.status).toBe(413);
  expect(await api.context.artifacts.list(`model-uploads/${id}/`)).toEqual([]);
});

test('a job imports a whole upload, and gets its files with their hashes', async () => {
  const id = await wholeUpload();
  const { worker } = await launchJob(api, importOf(id));
  const claim = await (await worker('claim')).json();
  const file = { sha256: ABC_SHA256, size_bytes: 3 };
  const files = claim.model_uploads[id];
  expect(Object.keys(files).toSorted()).toEqual(WHOLE.toSorted());
  for (const { key, ...told } of Object.values<{ key: string }>(files)) {
    expect(told).toEqual(file);
    expect(Buffer.from(await api.context.artifacts.get(key)).toString()).toBe('abc');
  }
});

test('a file that comes again takes the place of the first once it is known, so that a kill before leaves the first', async () => {
  const id = await begin();
  await put(id, 'config.json');
  const [first = ''] = await api.context.artifacts.list(`model-uploads/${id}/`);
  const again = { upload: id, name: 'config.json', content: Readable.from([Buffer.from('longer')]) };
  vi.spyOn(api.context.db, 'transaction').mockRejectedValueOnce(new Error('killed'));
  await expect(putModelFile(api.context, api.projects.mine, again)).rejects.toThrow('killed');
  expect(Buffer.from(await api.context.artifacts.get(first)).toString()).toBe('abc');
  expect(await examine(api.context)).toEqual([]);
  await put(id, 'config.json', 'longer');
  expect(await api.context.artifacts.exists(first)).toBe(false);
});

test('an upload that lacks a file, or that does not exist, is named by its place', async () => {
  const id = await begin();
  await put(id, 'config.json');
  for (const [upload, code] of [
    [id, 'incomplete_model'],
    [`up_${'0'.repeat(26)}`, 'unknown_model_upload'],
  ] as const) {
    const answer = await createJob(api, importOf(upload));
    expect(answer.status).toBe(422);
    expect((await answer.json()).errors[0]).toMatchObject({ pointer: '/source/upload', code });
  }
});

test('after a day an upload is gone, unless an unfinished job needs it', async () => {
  const [needed, forgotten] = [await wholeUpload(), await wholeUpload()];
  await createJob(api, importOf(needed));
  api.clock.nowMs += DAY_MS + 1;
  await sweep(api.context);
  expect((await api.call('GET', `/v1/model-uploads/${needed}`)).status).toBe(200);
  expect((await api.call('GET', `/v1/model-uploads/${forgotten}`)).status).toBe(404);
  expect(await api.context.artifacts.list(`model-uploads/${forgotten}/`)).toEqual([]);
  expect(await api.context.artifacts.list(`model-uploads/${needed}/`)).toHaveLength(WHOLE.length);
});

test('what a kill leaves of an upload that is discarded is discarded later', async () => {
  const id = await wholeUpload();
  api.clock.nowMs += DAY_MS + 1;
  vi.spyOn(api.context.artifacts, 'delete').mockRejectedValueOnce(new Error('killed'));
  await expect(sweep(api.context)).rejects.toThrow('killed');
  expect((await createJob(api, importOf(id))).status).toBe(422);
  await sweep(api.context);
  expect(await api.context.artifacts.list(`model-uploads/${id}/`)).toEqual([]);
});
