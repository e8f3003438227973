import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nextWorker, pretrain, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let text: string;
beforeAll(async () => {
  api = await createTestApi();
  text = await upload(api, 'text');
}, 60_000);
afterAll(() => api.close());

const create = (prefer: string, key: string = crypto.randomUUID()) =>
  api.call('POST', '/v1/jobs', { json: pretrain(text), headers: { 'idempotency-key': key, prefer } });

test('a request that waits is answered when the job is over', async () => {
  const answering = create('wait=30');
  const queued = async () => (await (await api.call('GET', '/v1/jobs?state=queued')).json()).data;
  await expect.poll(queued, { timeout: 20_000 }).toHaveLength(1);
  const data = await queued();
  await setTimeout(500); // it is being waited for
  await api.call('POST', `/v1/jobs/${data[0].id}/cancel`);
  const answer = await answering;
  expect(answer.status).toBe(200);
  expect(answer.headers.get('preference-applied')).toBe('wait=30');
  expect(answer.headers.get('location')).toBe(`/v1/jobs/${data[0].id}`);
  expect(await answer.json()).toMatchObject({ id: data[0].id, state: 'cancelled' });
});

test('one that has waited long enough gets the job as it is, and may wait again with its key', async () => {
  const first = await create('respond-async, wait=1', 'patient');
  expect(first.status).toBe(202);
  expect(first.headers.get('preference-applied')).toBe('wait=1');
  const { id, state } = await first.json();
  expect(state).toBe('queued');
  const again = create('wait=30', 'patient');
  await api.call('POST', `/v1/jobs/${id}/cancel`);
  expect(await (await again).json()).toMatchObject({ id, state: 'cancelled' });
});

test('no more is waited than an answer may take here', async () => {
  api.context.longestStreamMs = 1000;
  const answer = await create('wait=30');
  api.context.longestStreamMs = Number.POSITIVE_INFINITY;
  expect(answer.status).toBe(202);
  expect(answer.headers.get('preference-applied')).toBe('wait=1');
  await api.call('POST', `/v1/jobs/${(await answer.json()).id}/cancel`);
});

test('a job that runs is waited for with GET', async () => {
  const { id } = await (await create('')).json();
  const worker = await nextWorker(api);
  await worker('claim');
  const answering = api.call('GET', `/v1/jobs/${id}`, { headers: { prefer: 'wait=30' } });
  await worker('fail', { code: 'diverged', detail: 'It grew too large.', retryable: false });
  const answer = await answering;
  expect(answer.headers.get('preference-applied')).toBe('wait=30');
  expect(await answer.json()).toMatchObject({ state: 'failed' });
  const unasked = await api.call('GET', `/v1/jobs/${id}`);
  expect(unasked.headers.get('preference-applied')).toBeNull();
});
