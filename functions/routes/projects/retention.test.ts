import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
}, 60_000);
afterEach(() => api.close());

const path = () => `/v1/projects/${api.projects.mine}/retention`;
const put = (json: unknown, headers: Record<string, string> = {}) => api.call('PUT', path(), { json, headers });

const NEVER = { job_logs_days: null, shadow_scores_days: null, unused_datasets_days: null, audit_days: null };

test('everything is kept until rules are set, and what a new one leaves out is kept again', async () => {
  expect(await (await api.call('GET', path())).json()).toEqual(NEVER);
  const set = await put({ job_logs_days: 30, audit_days: 90 });
  expect(set.status).toBe(200);
  expect(await set.json()).toEqual({ ...NEVER, job_logs_days: 30, audit_days: 90 });
  expect((await put({ shadow_scores_days: 1 })).status).toBe(200);
  expect(await (await api.call('GET', path())).json()).toEqual({ ...NEVER, shadow_scores_days: 1 });
});

test.each([
  [{ job_logs_days: 0 }, '/job_logs_days'],
  [{ shadow_scores_days: 1.5 }, '/shadow_scores_days'],
  [{ unused_datasets_days: 36_501 }, '/unused_datasets_days'],
  [{ audit_days: 89 }, '/audit_days'],
  [{ audit_days: '90' }, '/audit_days'],
  [{ models_days: 90 }, '/models_days'],
])('%j is no rule', async (rules, pointer) => {
  const refused = await put(rules);
  expect(refused.status).toBe(422);
  expect((await refused.json()).errors).toMatchObject([{ pointer }]);
  expect(await (await api.call('GET', path())).json()).toEqual(NEVER);
});

test('rules that somebody has changed since are not written over', async () => {
  const etag = (await api.call('GET', path())).headers.get('etag') ?? '';
  expect((await put({ audit_days: 365 }, { 'if-match': etag })).status).toBe(200);
  const refused = await put({ audit_days: 90 }, { 'if-match': etag });
  expect(refused.status).toBe(412);
  expect(await refused.json()).toMatchObject({ code: 'precondition_failed' });
  expect(await (await api.call('GET', path())).json()).toMatchObject({ audit_days: 365 });
});

test("only the organisation's key sets rules, which leaves an entry; a project sees its own alone", async () => {
  const theirs = { path: `/v1/projects/${api.projects.others}/retention`, key: api.keys.others };
  const json = { job_logs_days: 1 };
  const refused = await api.call('PUT', theirs.path, { key: theirs.key, json });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: 'missing_scope' });
  expect((await api.call('PUT', theirs.path, { json })).status).toBe(200);
  expect(await (await api.call('GET', theirs.path, { key: theirs.key })).json()).toMatchObject(json);
  expect((await api.call('GET', path(), { key: theirs.key })).status).toBe(404);
  expect((await api.call('GET', theirs.path, { key: api.keys.foreign })).status).toBe(404);
  expect((await api.call('PUT', theirs.path, { key: api.keys.foreign, json })).status).toBe(404);
  const entries = await api.call('GET', '/v1/audit-entries?operation=projects.setRetention&limit=100');
  const statuses = (await entries.json()).data.map(({ status }: { status: number }) => status);
  expect(statuses).toEqual([200, 403]); // the other organisation's is in its own log
});
