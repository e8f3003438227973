import { idempotencyKeys } from '@laurel/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createJob, pretrain, trainModel, upload } from '../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../testing/test-api.ts';
import { releaseHeldKeys } from '../use-cases/idempotent.ts';
import { sweep } from '../use-cases/jobs/sweep.ts';

const HELD_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;

let api: TestApi;
let text: string;
beforeAll(async () => {
  api = await createTestApi();
  text = await upload(api, 'text');
}, 60_000);
afterAll(() => api.close());

const send = (key: string, query: string, body: BodyInit, type?: string) =>
  api.call('POST', `/v1/datasets?${query}`, {
    body,
    headers: { 'idempotency-key': key, ...(type && { 'content-type': type }) },
  });
const sendLines = (key: string, body: string, name = 'n') =>
  send(key, `kind=text&name=${name}`, body, 'application/x-ndjson');
const post = (path: string, key: string, json?: unknown) =>
  api.call('POST', path, { headers: { 'idempotency-key': key }, ...(json !== undefined && { json }) });

/** As a process leaves it that is killed in the middle of a request. */
const dieWith = (key: string, heldUntil = new Date(api.clock.nowMs + HELD_MS)) =>
  api.context.db
    .insert(idempotencyKeys)
    .values({ projectId: api.projects.mine, key, holder: 'req_dead', heldUntil, createdAt: new Date(api.clock.nowMs) });

async function expectOnce(first: Response, second: Response) {
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.status).toBe(first.status);
  expect(second.headers.get('location')).toBe(first.headers.get('location'));
  expect(await second.json()).toEqual(await first.json());
}

test('an upload is made once, whatever its rows; others with its key are refused', async () => {
  const row = '{"text":"one"}';
  await expectOnce(await sendLines('upload', row), await sendLines('upload', row));
  for (const other of [await sendLines('upload', `${row}\n${row}`), await sendLines('upload', row, 'other')]) {
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'idempotency_key_reused' });
  }
  const form = () => {
    const parts = new FormData();
    parts.set('kind', 'text');
    parts.set('name', 'form');
    parts.set('file', new File([row], 'rows.jsonl'));
    return parts; // each form has another boundary
  };
  await expectOnce(await send('form', '', form()), await send('form', '', form()));
  const { data } = await (await api.call('GET', '/v1/datasets?limit=100')).json();
  expect(data.filter(({ name }: { name: string }) => name === 'form')).toHaveLength(1);
});

test('an upload that was refused leaves its key free', async () => {
  expect((await sendLines('bad rows', 'no json')).status).toBe(422);
  expect((await sendLines('bad rows', '{"text":"one"}')).status).toBe(201);
});

test('appending, endpoints, their versions, rollbacks and model uploads are made once', async () => {
  const append = () =>
    api.call('POST', `/v1/datasets/${text}/append`, {
      body: '{"text":"more"}',
      headers: { 'idempotency-key': 'append', 'content-type': 'application/x-ndjson' },
    });
  await expectOnce(await append(), await append());
  const upload = () => post('/v1/model-uploads', 'model');
  await expectOnce(await upload(), await upload());

  const version = await trainModel(api, pretrain(text) as never, 'base');
  const create = () => post('/v1/endpoints', 'endpoint', { name: 'once', model_version: version });
  await expectOnce(await create(), await create());
  const publish = () => post('/v1/endpoints/once/versions', 'version', { model_version: version });
  await expectOnce(await publish(), await publish());
  await post('/v1/endpoints/once/versions', 'third', { model_version: version });
  const rollBack = () => post('/v1/endpoints/once/rollback', 'back');
  await expectOnce(await rollBack(), await rollBack());
  expect(await (await api.call('GET', '/v1/endpoints/once')).json()).toMatchObject({ live_version: 2 });
});

test.each([
  ['keys', { name: 'k', scopes: ['score'] }],
  ['projects', { name: 'p' }],
])('of %s the secret is not kept: the answer does not come again, and says what was made', async (kind, json) => {
  const { id, secret } = await (await post(`/v1/${kind}`, `secret ${kind}`, json)).json();
  const again = await post(`/v1/${kind}`, `secret ${kind}`, json);
  expect(again.status).toBe(422);
  expect(await again.json()).toMatchObject({ code: 'secret_shown_once', detail: expect.stringContaining(id) });
  const kept = JSON.stringify(await api.context.db.select().from(idempotencyKeys));
  expect(kept).toContain(id);
  expect(kept).not.toContain(secret);
});

test('while a request runs, another with its key is refused, and told to come again', async () => {
  const put = api.context.artifacts.put.bind(api.context.artifacts);
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const spy = vi.spyOn(api.context.artifacts, 'put').mockImplementationOnce(async (...put_) => {
    begun();
    await held;
    return put(...put_);
  });
  const running = sendLines('busy', '{"text":"one"}');
  await hasBegun;
  const refused = await sendLines('busy', '{"text":"one"}');
  expect(refused.status).toBe(409);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(refused.headers.get('x-should-retry')).toBe('true');
  expect(await refused.json()).toMatchObject({ code: 'idempotency_key_in_use' });
  goOn();
  expect((await running).status).toBe(201);
  spy.mockRestore();
  expect((await sendLines('busy', '{"text":"one"}')).headers.get('idempotent-replayed')).toBe('true');
});

test('the key of a request that died in the middle is free after a while, or when its server starts again', async () => {
  await dieWith('dead');
  expect((await createJob(api, pretrain(text), 'dead')).status).toBe(409);
  api.clock.nowMs += HELD_MS + 1;
  expect((await createJob(api, pretrain(text), 'dead')).status).toBe(202);
  await dieWith('dead too');
  await releaseHeldKeys(api.context);
  expect((await createJob(api, pretrain(text), 'dead too')).status).toBe(202);
});

test('a request that was away for so long that another has its key makes nothing', async () => {
  const put = api.context.artifacts.put.bind(api.context.artifacts);
  const spy = vi.spyOn(api.context.artifacts, 'put').mockImplementationOnce(async (...put_) => {
    api.clock.nowMs += HELD_MS + 1;
    expect((await sendLines('away', '{"text":"one"}', 'away')).status).toBe(201);
    return put(...put_);
  });
  expect((await sendLines('away', '{"text":"one"}', 'away')).status).toBe(409);
  spy.mockRestore();
  const { data } = await (await api.call('GET', '/v1/datasets?limit=100')).json();
  expect(data.filter(({ name }: { name: string }) => name === 'away')).toHaveLength(1);
});

test('answers are kept for a day', async () => {
  const first = await (await createJob(api, pretrain(text), 'a day')).json();
  api.clock.nowMs += DAY_MS - 1;
  await sweep(api.context);
  expect((await (await createJob(api, pretrain(text), 'a day')).json()).id).toBe(first.id);
  api.clock.nowMs += 2;
  await sweep(api.context);
  expect((await (await createJob(api, pretrain(text), 'a day')).json()).id).not.toBe(first.id);
});

test.each(['', 'x'.repeat(256)])('a key of no sensible length is refused', async (key) => {
  expect((await post('/v1/model-uploads', key)).status).toBe(422);
});

test("another project's keys are its own", async () => {
  const json = { name: 'k', scopes: ['score'] };
  const headers = { 'idempotency-key': 'shared' };
  const [mine, others] = [
    await api.call('POST', '/v1/keys', { json, headers }),
    await api.call('POST', '/v1/keys', { json, headers, key: api.keys.others }),
  ];
  expect([mine.status, others.status]).toEqual([201, 201]);
});
