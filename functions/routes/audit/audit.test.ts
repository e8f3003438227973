import { newId } from '@laurel/contracts';
import { auditEntries, projects } from '@laurel/storage';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

const list = async (query = '', key = api.keys.mine) =>
  (await (await api.call('GET', `/v1/audit-entries${query}`, { key })).json()).data;

test('every change is kept with who asked for it and what came of it, and nothing of its body', async () => {
  const made = await api.call('POST', '/v1/keys', { json: { name: 'a-name', scopes: ['datasets:read'] } });
  const { id, secret } = await made.json();
  await api.call('DELETE', `/v1/keys/${id}`);
  await api.call('DELETE', `/v1/keys/${id}x`);
  const entries = await list();
  expect(entries).toMatchObject([
    { operation: 'keys.revoke', object: `${id}x`, status: 404 },
    { operation: 'keys.revoke', object: id, status: 204 },
    { operation: 'keys.create', object: id, status: 201, request_id: made.headers.get('x-request-id') },
  ]);
  const admin = (await (await api.call('GET', '/v1/keys')).json()).data.filter(
    ({ name }: { name: string }) => name === 'admin',
  );
  const own = admin.find(({ project }: { project: string }) => project === api.projects.mine);
  expect(entries[0]).toMatchObject({ key: own.id, project: api.projects.mine, address: null });
  expect(JSON.stringify(entries)).not.toContain(secret);
  expect(JSON.stringify(entries)).not.toContain('a-name');
});

test('refused changes are kept, reading and scoring are not', async () => {
  const { secret } = await (await api.call('POST', '/v1/keys', { json: { name: 'k', scopes: ['score'] } })).json();
  const before = (await list()).length;
  await api.call('GET', '/v1/datasets');
  await api.call('POST', '/v1/endpoints/e/score', { json: { items: [{ prompt: 'P', completions: ['a'] }] } });
  await api.call('POST', '/v1/job-estimates', { json: {} });
  await api.call('DELETE', '/v1/keys/key_1', { key: 'lk_unknown' });
  expect(await list()).toHaveLength(before);
  await api.call('DELETE', '/v1/keys/key_1', { key: secret });
  expect((await list())[0]).toMatchObject({ operation: 'keys.revoke', object: 'key_1', status: 403 });
});

test('entries are found by what they say, and each project sees its own', async () => {
  const dataset = await upload(api, 'text', api.keys.others);
  expect(await list(`?object=${dataset}`)).toMatchObject([
    { operation: 'datasets.upload', project: api.projects.others },
  ]);
  expect(await list(`?object=${dataset}&project=${api.projects.mine}`)).toEqual([]);
  expect(await list('?operation=keys.create', api.keys.others)).toEqual([]);
  expect(await list('', api.keys.others)).toHaveLength(1);
  expect(await list('', api.keys.foreign)).toEqual([]);
  const [{ key, at }] = await list('?operation=datasets.upload');
  expect(await list(`?key=${key}`)).toHaveLength(1);
  expect(await list(`?key=${key}&to=${at}`)).toEqual([]);
  expect(await list(`?key=${key}&from=${at}`)).toHaveLength(1);
});

test('an export that cannot begin is refused, and does not break off', async () => {
  const answer = await api.call('GET', '/v1/audit-entries/export?object=%00');
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ code: 'unstorable_text' });
});

test('the log is exported whole, as JSON Lines', async () => {
  const projectId = api.projects.others;
  const many = Array.from({ length: 1500 }, () => ({
    id: newId('aud'),
    projectId,
    operation: 'datasets.delete',
    status: 200,
    at: api.context.now(),
  }));
  await api.context.db.insert(auditEntries).values(many);
  const answer = await api.call('GET', '/v1/audit-entries/export?operation=datasets.delete', { key: api.keys.others });
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await answer.text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual(many.map(({ id }) => id).toReversed());
});

test('the database refuses to change or remove an entry before its time', async () => {
  const { db } = api.context;
  const causeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: Error) => String((error.cause as Error | undefined)?.message ?? error.message),
    );
  const id = newId('aud');
  const at = new Date(Date.now() - 100 * 24 * 60 * 60 * 1000);
  await db.insert(auditEntries).values({ id, projectId: api.projects.mine, operation: 'x', status: 200, at });
  const own = eq(auditEntries.id, id);
  const remove = () => causeOf(db.delete(auditEntries).where(own));
  expect(await causeOf(db.update(auditEntries).set({ status: 500 }).where(own))).toContain('append-only');
  expect(await remove()).toContain('append-only');
  expect(await causeOf(db.execute(sql`truncate audit_entries`))).toContain('append-only');
  const rule = (audit_days: number) => ({
    job_logs_days: null,
    shadow_scores_days: null,
    unused_datasets_days: null,
    audit_days,
  });
  await db
    .update(projects)
    .set({ retention: rule(101) })
    .where(eq(projects.id, api.projects.mine));
  expect(await remove()).toContain('append-only');
  await db
    .update(projects)
    .set({ retention: rule(99) })
    .where(eq(projects.id, api.projects.mine));
  expect(await remove()).toBe('done');
  expect(await db.$count(auditEntries, own)).toBe(0);
});
