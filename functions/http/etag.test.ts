import { afterAll, beforeAll, expect, test } from 'vitest';
import { pretrain, trainModel, upload } from '../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let version: string;
let key: string;
beforeAll(async () => {
  api = await createTestApi();
  version = await trainModel(api, pretrain(await upload(api, 'text')) as never, 'base');
  await api.call('POST', '/v1/endpoints', { json: { name: 'e', model_version: version } });
  await api.call('POST', '/v1/endpoints/e/versions', { json: { model_version: version } });
  key = (await (await api.call('POST', '/v1/keys', { json: { name: 'k', scopes: ['score'] } })).json()).id;
  await api.call('PUT', '/v1/models/base/aliases/a', { json: { model_version: version, reason: 'first' } });
}, 60_000);
afterAll(() => api.close());

const get = (path: string, known?: string) =>
  api.call('GET', path, { ...(known !== undefined && { headers: { 'if-none-match': known } }) });

test.each(['/v1/endpoints/e', '/v1/endpoints', '/v1/models/base/aliases/a', '/v1/keys', '/v1/openapi.json'])(
  '%s is not sent to who has it',
  async (path) => {
    const { headers } = await get(path);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await get(path, known);
      expect(answer.status).toBe(304);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('content-type')).toBeNull();
      expect(await answer.text()).toBe('');
    }
    const other = await get(path, '"other"');
    expect(other.status).toBe(200);
    expect((await other.text()).length).toBeGreaterThan(2);
    const head = await api.call('HEAD', path);
    expect(head.headers.get('etag')).toBe(etag);
  },
);

const changes: [string, string, string, unknown][] = [
  ['/v1/endpoints/e', 'PUT', '/traffic', { live: 2, split: [{ version: 1, share: 0.5 }] }],
  ['/v1/endpoints/e', 'POST', '/versions', undefined],
  ['/v1/endpoints/e', 'POST', '/rollback', undefined],
  ['/v1/models/base/aliases/a', 'PUT', '', undefined],
  ['/v1/model-versions/base@a', 'PATCH', '', { note: 'noted' }],
  ['/v1/keys/KEY', 'PATCH', '', { name: 'other' }],
];

test.each(changes)('what is at %s changes (%s %s) only while it is what If-Match names', async (...change) => {
  const [pattern, method, below, body] = change;
  const path = pattern.replace('KEY', key);
  const json =
    body ?? (below === '/rollback' ? {} : { model_version: version, ...(below === '' && { reason: 'more' }) });
  const send = (tag: string) => api.call(method, `${path}${below}`, { json, headers: { 'if-match': tag } });
  const before = await (await get(path)).text();
  const etag = (await get(path)).headers.get('etag') ?? '';
  const refused = await send('"other"');
  expect(refused.status).toBe(412);
  expect(refused.headers.get('x-should-retry')).toBe('false');
  expect(await refused.json()).toMatchObject({ code: 'precondition_failed' });
  expect(await (await get(path)).text()).toBe(before);

  expect((await send(etag)).ok).toBe(true);
  expect(await (await get(path)).text()).not.toBe(before);
  expect((await send(etag)).status).toBe(412);
  expect((await send('*')).ok).toBe(true);
});

test('an alias that is not there is none that If-Match names', async () => {
  const json = { model_version: version, reason: 'new' };
  const headers = { 'if-match': '*' };
  const refused = await api.call('PUT', '/v1/models/base/aliases/new', { json, headers });
  expect(refused.status).toBe(412);
  expect((await get('/v1/models/base/aliases/new')).status).toBe(404);
});

test('problems, refusals and what is no JSON have no ETag', async () => {
  for (const path of ['/v1/nowhere', '/v1/endpoints/none']) expect((await get(path)).headers.get('etag')).toBeNull();
  expect((await api.call('GET', '/v1/keys', { key: '' })).status).toBe(401);
  const created = await api.call('POST', '/v1/keys', { json: { name: 'k', scopes: ['score'] } });
  expect(created.headers.get('etag')).toBeNull();
});
