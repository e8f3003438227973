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
  const { others: key } = api.keys;
  expect((await api.call('GET', `/v1/projects/${api.projects.mine}`, { key })).status).toBe(404);
  expect((await api.call('GET', `/v1/projects/${api.projects.others}`, { key })).status).toBe(200);
});

test('a role is a set of scopes', async () => {
  const { id, scopes } = await makeKey({ role: 'labeler' });
  expect(scopes).toEqual(['datasets:read', 'datasets:write']);
  expect(await (await api.call('GET', `/v1/keys/${id}`)).json()).toMatchObject({ id, scopes, last_used_at: null });
  for (const both of [{}, { role: 'viewer', scopes: ['score'] }]) {
    const answer = await api.call('POST', '/v1/keys', { json: { name: 'k', ...both } });
    expect(answer.status).toBe(422);
    expect((await answer.json()).detail).toContain('role');
  }
});

test('a rotated key has a new secret at once, and the old one for a while', async () => {
  const { id, secret } = await makeKey({ scopes: ['datasets:read'] });
  const opens = async (key: string) => (await api.call('GET', '/v1/datasets', { key })).status;
  const rotated = await (await api.call('POST', `/v1/keys/${id}/rotate?overlap_seconds=60`)).json();
  expect(rotated).toMatchObject({ id, prefix: rotated.secret.slice(0, 10), scopes: ['datasets:read'] });
  expect([await opens(secret), await opens(rotated.secret)]).toEqual([200, 200]);
  api.clock.nowMs += 60_000;
  expect([await opens(secret), await opens(rotated.secret)]).toEqual([401, 200]);

  const second = await (await api.call('POST', `/v1/keys/${id}/rotate`)).json();
  expect(Date.parse(second.previous_secret_expires_at)).toBe(api.clock.nowMs + 24 * 60 * 60 * 1000);
  const third = await (await api.call('POST', `/v1/keys/${id}/rotate?overlap_seconds=0`)).json();
  expect(third.previous_secret_expires_at).toBeNull();
  const all = [secret, rotated.secret, second.secret, third.secret];
  expect(await Promise.all(all.map(opens))).toEqual([401, 401, 401, 200]);

  await api.call('DELETE', `/v1/keys/${id}`);
  expect(await opens(third.secret)).toBe(401);
  expect((await api.call('POST', `/v1/keys/${id}/rotate`)).status).toBe(409);
  expect((await api.call('POST', `/v1/keys/${id}/rotate?overlap_seconds=-1`)).status).toBe(422);
});

test("a key's name and end can be changed", async () => {
  const expires_at = new Date(api.clock.nowMs + 1000).toISOString();
  const { id, secret } = await makeKey({ scopes: ['score'], expires_at });
  const update = (json: object) => api.call('PATCH', `/v1/keys/${id}`, { json });
  expect(await (await update({ name: 'renamed' })).json()).toMatchObject({ name: 'renamed', expires_at });
  expect(await (await update({ expires_at: null })).json()).toMatchObject({ name: 'renamed', expires_at: null });
  api.clock.nowMs += 2000;
  expect((await api.call('GET', '/v1/datasets', { key: secret })).status).toBe(403);
  const past = await update({ expires_at });
  expect(past.status).toBe(422);
  expect(await past.json()).toMatchObject({ errors: [{ pointer: '/expires_at' }] });
  const made = await api.call('POST', '/v1/keys', { json: { name: 'k', role: 'viewer', expires_at } });
  expect(made.status).toBe(422);
});

test('a key gives and changes nothing that is beyond it', async () => {
  const refusal = async (answer: Response) => [answer.status, (await answer.json()).code];
  const owner = await makeKey({ role: 'owner' });
  const expires_at = new Date(api.clock.nowMs + 60_000).toISOString();
  const { secret: admin } = await makeKey({ role: 'admin' });
  const { id, secret: shortLived } = await makeKey({ role: 'admin', expires_at });

  const owning = { name: 'k', role: 'owner' };
  const beyondScopes = [403, 'beyond_own_scopes'];
  expect(await refusal(await api.call('POST', '/v1/keys', { key: admin, json: owning }))).toEqual(beyondScopes);
  for (const [method, path, json] of [
    ['POST', `/v1/keys/${owner.id}/rotate`, undefined],
    ['PATCH', `/v1/keys/${owner.id}`, { name: 'x' }],
    ['DELETE', `/v1/keys/${owner.id}`, undefined],
  ] as const) {
    expect(await refusal(await api.call(method, path, { key: admin, json }))).toEqual(beyondScopes);
  }
  expect((await api.call('GET', '/v1/keys', { key: owner.secret })).status).toBe(200);

  const beyondExpiry = [403, 'beyond_own_expiry'];
  for (const end of [undefined, new Date(api.clock.nowMs + 120_000).toISOString()]) {
    const json = { name: 'k', scopes: ['score'], expires_at: end };
    expect(await refusal(await api.call('POST', '/v1/keys', { key: shortLived, json }))).toEqual(beyondExpiry);
  }
  const within = { name: 'k', scopes: ['score'], expires_at };
  expect((await api.call('POST', '/v1/keys', { key: shortLived, json: within })).status).toBe(201);
  const longer = { key: shortLived, json: { expires_at: null } };
  expect(await refusal(await api.call('PATCH', `/v1/keys/${id}`, longer))).toEqual(beyondExpiry);
  const { id: lasting } = await makeKey({ scopes: ['score'] });
  const rotation = await api.call('POST', `/v1/keys/${lasting}/rotate`, { key: shortLived });
  expect(await refusal(rotation)).toEqual(beyondExpiry);
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
