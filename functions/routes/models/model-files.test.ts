import { writeManifest } from '@laurel/storage/artifacts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchJob } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

const WEIGHTS = '0123456789';
const WEIGHTS_SHA256 = '84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882';
const ORIGIN = { type: 'hub', repo: 'org/tiny', commit: 'c'.repeat(40) };

let api: TestApi;
let version: string;
let path: string;
beforeAll(async () => {
  api = await createTestApi();
  const source = { type: 'hub', repo: 'org/tiny' };
  const { id, worker } = await launchJob(api, { type: 'import', output_model: 'theirs', source });
  await worker('claim');
  const prefix = `artifacts/${id}/model`;
  const files = { 'config.json': Buffer.from('{}'), 'model.safetensors': Buffer.from(WEIGHTS) };
  const { manifestSha256 } = await writeManifest(api.context.artifacts, prefix, files);
  const model = { kind: 'policy', prefix, manifest_sha256: manifestSha256, config: {}, origin: ORIGIN };
  await worker('complete', { result: { type: 'model', ...model }, metrics: {} });
  version = (await (await api.call('GET', `/v1/jobs/${id}`)).json()).model_version;
  path = `/v1/model-versions/${version}/files/model.safetensors`;
}, 60_000);
afterAll(() => api.close());

test('an imported model tells where it came from', async () => {
  const read = await (await api.call('GET', `/v1/model-versions/${version}`)).json();
  expect(read).toMatchObject({ kind: 'policy', origin: ORIGIN, parents: [], datasets: [] });
});

test('the files of a version are listed with their hashes', async () => {
  const { data } = await (await api.call('GET', `/v1/model-versions/${version}/files`)).json();
  expect(data).toMatchObject([
    { name: 'config.json', size_bytes: 2 },
    { name: 'model.safetensors', size_bytes: 10, sha256: WEIGHTS_SHA256 },
  ]);
});

test('a file is downloaded, whole or on from where it broke off', async () => {
  const whole = await api.call('GET', path);
  expect(await whole.text()).toBe(WEIGHTS);
  const etag = `"${WEIGHTS_SHA256}"`;
  expect(Object.fromEntries(whole.headers)).toMatchObject({ etag, 'content-length': '10', 'accept-ranges': 'bytes' });

  const rest = await api.call('GET', path, { headers: { range: 'bytes=4-', 'if-range': etag } });
  expect([rest.status, await rest.text()]).toEqual([206, '456789']);
  expect(rest.headers.get('content-range')).toBe('bytes 4-9/10');

  const other = await api.call('GET', path, { headers: { range: 'bytes=4-', 'if-range': '"another"' } });
  expect([other.status, await other.text()]).toEqual([200, WEIGHTS]);
  expect((await api.call('GET', path, { headers: { range: 'bytes=10-' } })).status).toBe(416);
  expect((await api.call('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test.each(['manifest.json', '..%2F..%2Fother', 'constructor'])('%s is no file of it', async (name) => {
  const answer = await api.call('GET', `/v1/model-versions/${version}/files/${name}`);
  expect(await answer.json()).toMatchObject({ status: 404, code: 'not_found' });
});
