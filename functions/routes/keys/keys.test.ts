import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

const makeKey = async (json: object) => (await api.call('POST', '/v1/keys', { json: { name: 'k', ...json } })).json();

test('a key shows its secret once and opens what its scopes say', async () => {
  const { id, secret, prefix } = await makeKey({ scopes: ['datasets:read'] });
  expect(secret.startsWith(prefix)).toBe(true);
  expect((await api.call('GET', '/v1/datasets', { key: secret })).status).toBe(200);
  const refused = await api.call('GET', '/v1/jobs', { key: secret });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: 'missing_scope', detail: expect.stringContaining('jobs:read') });
  const listed = await (await api.call('GET', '/v1/keys')).text();
  expect(listed).toContain(id);
  expect(listed).not.toContain(secret);
});

test('a key that is revoked, over, unknown or missing opens nothing', async () => {
  const revoked = await makeKey({ scopes: ['admin'] });
  expect((await api.call('DELETE', `/v1/keys/${revoked.id}`)).status).toBe(204);
  const expires_at = new Date(api.clock.nowMs + 1000).toISOString();
  const over = await makeKey({ scopes: ['admin'], expires_at });
  expect((await api.call('GET', '/v1/keys', { key: over.secret })).status).toBe(200);
  api.clock.nowMs += 1000;
  for (const key of [revoked.secret, over.secret, 'lk_unknown', '']) {
    const answer = await api.call('GET', '/v1/keys', { key });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  }
});

test("another project's key and project do not exist", async () => {
  const { id } = await makeKey({ scopes: ['admin'] });
  expect((await api.call('DELETE', `/v1/keys/${id}`, { key: api.keys.others })).status).toBe(404);
  expect((await api.call('GET', `/v1/projects/${api.projects.others}`)).status).toBe(404);
  expect((await api.call('GET', `/v1/projects/${api.projects.mine}`)).status).toBe(200);
});

test('a new project comes with a key of its own', async () => {
  const { id, secret } = await (await api.call('POST', '/v1/projects', { json: { name: 'new' } })).json();
  const { data } = await (await api.call('GET', '/v1/projects', { key: secret })).json();
  expect(data).toMatchObject([{ id, name: 'new' }]);
});

test('lists go on where the page before ended', async () => {
  const first = await (await api.call('GET', '/v1/keys?limit=2')).json();
  expect(first).toMatchObject({ has_more: true, first_id: first.data[0].id, last_id: first.data[1].id });
  const second = await (await api.call('GET', `/v1/keys?limit=2&after=${first.last_id}`)).json();
  expect(second.data[0].id < first.last_id).toBe(true);
});

test('what goes wrong is told as problem details', async () => {
  const wrong = await api.call('POST', '/v1/keys', { json: { name: '', scopes: ['x'], more: 1 } });
  expect(wrong.status).toBe(422);
  expect(wrong.headers.get('x-should-retry')).toBe('false');
  const problem = await wrong.json();
  expect(problem.errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual([
    '/more',
    '/name',
    '/scopes/0',
  ]);
  expect(problem.request_id).toBe(wrong.headers.get('x-request-id'));
  const malformed = await api.call('POST', '/v1/keys', { body: '{', headers: { 'content-type': 'application/json' } });
  expect(malformed.status).toBe(400);
  expect((await api.call('POST', '/v1/keys', { body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(
    415,
  );
  expect((await api.call('GET', '/v1/nowhere')).status).toBe(404);
  const large = await api.call('POST', '/v1/keys', { json: { name: 'x'.repeat(9_000_000) } });
  expect(large.status).toBe(413);
  expect(large.headers.get('x-should-retry')).toBe('false');
});

test('an error that nobody foresaw tells nothing from inside', async () => {
  const { db } = api.context;
  api.context.db = undefined as never;
  const answer = await api.call('GET', '/v1/keys');
  api.context.db = db;
  expect(answer.status).toBe(500);
  expect(answer.headers.get('x-should-retry')).toBeNull();
  expect(await answer.json()).toMatchObject({
    code: 'internal_error',
    detail: expect.not.stringContaining('undefined'),
  });
});
