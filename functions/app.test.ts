import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { createTestApi, type TestApi } from './testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

test('every answer has an id, a duration, and headers that keep browsers from doing anything with it', async () => {
  for (const path of ['/v1/health', '/v1/nowhere']) {
    const { headers } = await api.call('GET', path);
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    expect(headers.get('server-timing')).toMatch(/\btotal;dur=\d/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

test.each([
  ['/v1/keys?lmit=2', '/lmit', 'There is no query parameter "lmit"; those of this request are limit, after, project.'],
  [
    '/v1/keys?limit=2&a~b=',
    '/a~0b',
    'There is no query parameter "a~b"; those of this request are limit, after, project.',
  ],
  ['/v1/health?verbose', '/verbose', 'There is no query parameter "verbose"; this request takes none.'],
])('GET %s is refused by name', async (path, pointer, detail) => {
  const answer = await api.call('GET', path);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    code: 'unknown_parameter',
    detail,
    errors: [{ pointer, code: 'unknown_parameter', detail }],
  });
});

test('pages of other origins may call it where that is configured, and nowhere else', async () => {
  const headers = { origin: 'https://console.example.com', 'access-control-request-method': 'POST' };
  const ask = (origins: string[], method: string) =>
    createApp(api.context, origins).request('/v1/health', { method, headers });
  for (const method of ['GET', 'OPTIONS']) {
    const named = await ask([headers.origin], method);
    expect(named.headers.get('access-control-allow-origin')).toBe(headers.origin);
    const other = await ask(['https://other.example.com'], method);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect((await ask([], method)).headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('routes are found by one regular expression, which paths of which one could be taken for another would forbid', async () => {
  const app = createApp(api.context);
  await app.request('/v1/health');
  expect(app.router.name).toBe('SmartRouter + RegExpRouter');
});

test.each([
  ['PATCH', '/v1/jobs', 'GET, HEAD, POST'],
  ['PUT', '/v1/jobs/job_1/cancel', 'POST'],
  ['PUT', '/v1/job-estimates', 'POST'],
  ['OPTIONS', '/v1/openapi.json', 'GET, HEAD'],
])('%s %s is refused with the methods that the path takes', async (method, path, allow) => {
  const answer = await api.call(method, path);
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allow);
  expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' });
});

test.each([
  ['GET', '/v1/jobs/a%00', undefined],
  ['GET', '/v1/jobs?after=%00', undefined],
  ['POST', '/v1/projects', { name: 'a\0' }],
])('%s %s with a character that no text can have is refused', async (method, path, json) => {
  const answer = await api.call(method, path, json ? { json } : {});
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ code: 'unstorable_text', detail: expect.stringContaining('U+0000') });
});

test.each([
  ['GET', '/v1/jobs?limit=', '/limit'],
  ['GET', '/v1/jobs?limit=0x10', '/limit'],
  ['GET', '/v1/jobs?limit=%201', '/limit'],
  ['POST', '/v1/keys/key_1/rotate?overlap_seconds=', '/overlap_seconds'], // taken for 0 it would end the old secret at once
])('%s %s is no number', async (method, path, pointer) => {
  const answer = await api.call(method, path);
  expect(answer.status).toBe(422);
  expect((await answer.json()).errors).toMatchObject([{ pointer }]);
});

test.each([
  ['POST', '/v1/keys/key_1/rotate', { overlap_seconds: 0 }, 422],
  ['POST', '/v1/endpoints/e/rollback', { version: 2 }, 422],
  ['DELETE', '/v1/datasets/ds_1', { version: 2 }, 422],
  ['DELETE', '/v1/datasets/ds_1', {}, 404],
])('%s %s with a body of %j, which would be ignored: %i', async (method, path, json, status) => {
  const length = String(JSON.stringify(json).length);
  const answer = await api.call(method, path, { json, headers: { 'content-length': length } });
  expect(answer.status).toBe(status);
});

test('a position in a log is a whole number, and nothing else that could be taken for one', async () => {
  for (const after of ['', ' 1', '0x1', '1e3', '-1', '2147483648']) {
    const answer = await api.call('GET', `/v1/jobs/job_1/events?after=${encodeURIComponent(after)}`);
    expect(answer.status, after).toBe(422);
  }
});

test('a request without the body that its route demands changes nothing', async () => {
  const answer = await api.call('PUT', `/v1/projects/${api.projects.mine}/quota`);
  expect(answer.status).toBe(415);
  expect(await answer.json()).toMatchObject({
    code: 'unsupported_media_type',
    detail: expect.stringContaining('json'),
  });
});
