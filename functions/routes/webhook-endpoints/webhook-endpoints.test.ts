import { webhookEvent } from '@laurel/contracts';
import { webhookDeliveries, webhookEndpoints } from '@laurel/storage';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createJob, launchJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts';
import { sweep } from '../../use-cases/jobs/sweep.ts';
import { takeDelivery } from '../../use-cases/webhooks/take-delivery.ts';
import { WebhookSender } from '../../use-cases/webhooks/webhook-sender.ts';
import { WebhookClient } from '../../webhooks/webhook-client.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const PATH = '/v1/webhook-endpoints';

let api: TestApi;
let receiver: WebhookReceiver;
beforeAll(async () => {
  api = await createTestApi();
}, 120_000);
beforeEach(async () => {
  api.context.webhooks = new WebhookClient(true);
  await api.context.db.delete(webhookEndpoints);
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.close());
afterAll(() => api.close());

const post = async (path: string, json?: unknown, key?: string) =>
  api.call('POST', path, { json, ...(key && { key }) });
const create = async (settings: object = {}) => (await post(PATH, { url: receiver.url, ...settings })).json();
const read = async (path: string) => (await api.call('GET', path)).json();
const deliveries = async (id: string, query = '') => (await read(`${PATH}/${id}/deliveries${query}`)).data;
const answerWith = (status: number, headers = {}, body = '') => {
  receiver.answer = (response) => void response.writeHead(status, headers).end(body);
};

/** Sends what is due by now, or in a while. */
async function send(laterMs = 0): Promise<void> {
  api.clock.nowMs += laterMs;
  await new WebhookSender(api.context).sendDue(new AbortController().signal);
}

async function expectProblem(answer: Response, status: number, code: string) {
  expect(await answer.json()).toMatchObject({ status, code });
}

describe('an endpoint', () => {
  test('is made with a secret that is shown once, changed, listed and deleted', async () => {
    const made = await post(PATH, { url: receiver.url, description: 'mine', event_types: ['job.state'] });
    expect(made.status).toBe(201);
    const { secret, ...endpoint } = await made.json();
    expect(made.headers.get('location')).toBe(`${PATH}/${endpoint.id}`);
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(endpoint).toMatchObject({
      description: 'mine',
      event_types: ['job.state'],
      enabled: true,
      disabled_reason: null,
    });
    expect(await read(`${PATH}/${endpoint.id}`)).toEqual(endpoint);
    const changes = { event_types: null, enabled: false };
    const etag = (await api.call('GET', `${PATH}/${endpoint.id}`)).headers.get('etag') ?? '';
    const change = () => api.call('PATCH', `${PATH}/${endpoint.id}`, { json: changes, headers: { 'if-match': etag } });
    const changed = await change();
    expect(await changed.json()).toEqual({ ...endpoint, ...changes });
    await expectProblem(await change(), 412, 'precondition_failed');
    const other = await create();
    expect((await read(`${PATH}?limit=1`)).data).toMatchObject([{ id: other.id }]);
    expect((await read(`${PATH}?after=${other.id}`)).data).toEqual([{ ...endpoint, ...changes }]);
    expect((await api.call('DELETE', `${PATH}/${endpoint.id}`)).status).toBe(204);
    await expectProblem(await api.call('GET', `${PATH}/${endpoint.id}`), 404, 'not_found');
    await expectProblem(await api.call('DELETE', `${PATH}/${endpoint.id}`), 404, 'not_found');
  });

  test.each([
    ['http://example.com/', 'not_https'],
    ['nonsense', 'not_a_url'],
    ['https://a:b@example.com/', 'credentials_in_url'],
    ['https://10.0.0.1/', 'private_address'],
    ['https://[::ffff:10.0.0.1]/', 'private_address'],
    ['https://169.254.169.254/', 'private_address'],
  ])('at %s is refused: %s', async (url, code) => {
    const refused = await post(PATH, { url });
    expect(refused.status).toBe(422);
    expect((await refused.json()).errors).toMatchObject([{ pointer: '/url', code }]);
    const { id } = await create();
    const unchanged = await api.call('PATCH', `${PATH}/${id}`, { json: { url, description: 'changed' } });
    expect((await unchanged.json()).errors).toMatchObject([{ pointer: '/url', code }]);
    expect(await read(`${PATH}/${id}`)).toMatchObject({ url: receiver.url, description: '' });
  });

  test('with settings that make no sense is refused with the place', async () => {
    for (const [json, pointer] of [
      [{}, '/url'],
      [{ url: receiver.url, event_types: ['job.unknown'] }, '/event_types/0'],
      [{ url: receiver.url, event_types: ['webhook_endpoint.ping'] }, '/event_types/0'],
      [{ url: receiver.url, event_types: [] }, '/event_types'],
      [{ url: receiver.url, secret: 'mine' }, '/secret'],
      [{ url: `https://example.com/${'x'.repeat(2048)}` }, '/url'],
    ] as const) {
      const refused = await post(PATH, json);
      expect(refused.status).toBe(422);
      expect((await refused.json()).errors).toMatchObject([{ pointer }]);
    }
  });

  test('of another project does not exist, nor do its deliveries', async () => {
    const { id } = await create();
    const { id: delivery } = await (await post(`${PATH}/${id}/test`)).json();
    const { others: key } = api.keys;
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['POST', `/deliveries/${delivery}/replay`],
    ] as const) {
      const json = method === 'PATCH' ? { url: 'https://10.0.0.1/' } : undefined;
      await expectProblem(await api.call(method, `${PATH}/${id}${path}`, { key, json }), 404, 'not_found');
    }
    const own = (await (await post(PATH, { url: receiver.url }, key)).json()).id;
    await expectProblem(await post(`${PATH}/${own}/deliveries/${delivery}/replay`, undefined, key), 404, 'not_found');
  });

  test('is one of ten at most, also when they are made at once', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async () => (await post(PATH, { url: receiver.url })).status),
    );
    expect(statuses.toSorted((a, b) => a - b)).toEqual([...Array(10).fill(201), 409, 409]);
    await expectProblem(await post(PATH, { url: receiver.url }), 409, 'too_many_webhook_endpoints');
    expect((await post(PATH, { url: receiver.url }, api.keys.others)).status).toBe(201);
  });
});

describe('a message', () => {
  test('is what the pages and the stream of a job say, signed', async () => {
    const { secret } = await create({ event_types: ['job.state', 'job.stage', 'job.log'] });
    const { id, worker } = await launchJob(api, pretrain(await upload(api, 'text')));
    await worker('claim');
    const told = [
      { type: 'stage', data: { stage: 'train' } },
      { type: 'log', data: { level: 'info', message: 'ü' } },
      { type: 'checkpoint', data: { step: 3 } },
    ];
    await worker('events', { events: told });
    await worker('fail', { code: 'bad_data', detail: 'It makes no sense.', retryable: false });
    await send();
    const { data: page } = await read(`/v1/jobs/${id}/events`);
    const headers = { accept: 'text/event-stream' };
    const stream = await (await api.call('GET', `/v1/jobs/${id}/events`, { headers })).text();
    const streamed = [...stream.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));
    const messages = receiver.received.map(({ body, headers: signed }) =>
      new Webhook(secret).verify(body, signed as never),
    );
    const events = messages.map((message) => {
      const { type, timestamp, data } = webhookEvent.parse(message) as {
        data: { job: string; event: { type: string; at: string } };
      } & {
        type: string;
        timestamp: string;
      };
      expect(data.job).toBe(id);
      expect(type).toBe(`job.${data.event.type}`);
      expect(timestamp).toBe(data.event.at);
      return data.event as unknown as { id: string };
    });
    expect(page.map(({ type }: { type: string }) => type)).toEqual([
      'state',
      'state',
      'stage',
      'log',
      'checkpoint',
      'state',
    ]);
    expect(streamed).toEqual(page);
    const wanted = page.filter(({ type }: { type: string }) => type !== 'checkpoint');
    expect(events.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(wanted);
  });

  test('tells of datasets, model versions and deployments too', async () => {
    const { id } = await create({ event_types: ['dataset.ready', 'model_version.registered', 'endpoint.deployed'] });
    const dataset = await upload(api, 'text');
    const version = await trainModel(api, pretrain(dataset) as never, 'base');
    const endpoint = await (await post('/v1/endpoints', { name: 'e', model_version: version })).json();
    await send(60_000);
    for (const { body } of receiver.received) webhookEvent.parse(JSON.parse(body));
    const data = (type: string) => receiver.events(type).map((event) => event.data);
    expect(data('dataset.ready')).toEqual([{ dataset, kind: 'text', name: 'text', rows: 1 }]);
    expect(data('model_version.registered')).toMatchObject([{ model_version: version, name: 'base', number: 1 }]);
    expect(data('endpoint.deployed')).toMatchObject([{ endpoint: endpoint.id, name: 'e', live_version: 1, split: [] }]);
    expect(await deliveries(id, '?state=delivered')).toHaveLength(3);
    expect(await deliveries(id, '?state=pending')).toEqual([]);
  });

  test('is there if and only if what it tells is', async () => {
    const { id } = await create();
    const text = await upload(api, 'text');
    const refused = await createJob(api, { ...pretrain(text), dataset: `ds_${'0'.repeat(26)}` });
    expect(refused.status).toBe(422);
    const types = async () => (await deliveries(id)).map(({ event }: { event: { type: string } }) => event.type);
    expect(await types()).toEqual(['dataset.ready']);
    const { id: job } = await (await createJob(api, pretrain(text), 'once')).json();
    await createJob(api, pretrain(text), 'once');
    expect(await types()).toEqual(['job.state', 'dataset.ready']);
    await api.call('POST', `/v1/jobs/${job}/cancel`);
  });

  test('of another project is not sent, nor to an endpoint that is disabled or deleted', async () => {
    const disabled = await create();
    const deleted = await create();
    await post(PATH, { url: receiver.url }, api.keys.others);
    await post(`${PATH}/${disabled.id}/test`);
    await api.call('PATCH', `${PATH}/${disabled.id}`, { json: { enabled: false } });
    await api.call('DELETE', `${PATH}/${deleted.id}`);
    await upload(api, 'text');
    await send();
    expect(receiver.received).toEqual([]);
    await expectProblem(await post(`${PATH}/${disabled.id}/test`), 409, 'webhook_endpoint_disabled');
    await api.call('PATCH', `${PATH}/${disabled.id}`, { json: { enabled: true } });
    await send();
    expect(receiver.events('webhook_endpoint.ping')).toHaveLength(1); // it waited
    expect(receiver.events('dataset.ready')).toEqual([]); // nobody was to be told
  });
});

test('the log says of each try what came of it', async () => {
  const { id, secret } = await create();
  const ping = await post(`${PATH}/${id}/test`);
  expect(ping.status).toBe(202);
  const { id: delivery, next_attempt_at } = await ping.json();
  expect(next_attempt_at).toBe(new Date(api.clock.nowMs).toISOString());
  answerWith(500, {}, 'Out of\norder');
  await send();
  receiver.answer = (response) => void response.destroy();
  await send(HOUR_MS);
  answerWith(200);
  await send(HOUR_MS);
  const [logged] = await deliveries(id);
  expect(logged).toMatchObject({
    id: delivery,
    event: { type: 'webhook_endpoint.ping', data: { webhook_endpoint: id } },
    state: 'delivered',
    next_attempt_at: null,
    settled_at: new Date(api.clock.nowMs).toISOString(),
    attempts: [
      { status: 500, error: null, answer: 'Out of order' },
      { status: null, error: 'socket hang up', answer: '' },
      { status: 200, error: null },
    ],
  });
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([delivery, delivery, delivery]);
  const log = JSON.stringify([logged, await read(`${PATH}/${id}`), await read(PATH)]);
  expect(log).not.toContain(secret.slice(6));
});

test('tries go on for a day, further and further apart, and then the endpoint is disabled and the others are told', async () => {
  const { id } = await create({ event_types: ['job.state'] });
  const other = await startWebhookReceiver();
  await create({ url: other.url, event_types: ['webhook_endpoint.disabled'] });
  await post(`${PATH}/${id}/test`);
  answerWith(503);
  const begin = api.clock.nowMs;
  for (let minutes = 0; minutes < 24 * 60 + 10; minutes += 10) await send(10 * 60_000);
  const [failed] = await deliveries(id);
  expect(failed).toMatchObject({ state: 'failed', next_attempt_at: null });
  const afterMinutes = failed.attempts.map(({ at }: { at: string }) => Math.round((Date.parse(at) - begin) / 60_000));
  expect(afterMinutes.length).toBeGreaterThanOrEqual(10);
  expect(afterMinutes.at(-1)).toBeGreaterThan(19 * 60);
  expect(await read(`${PATH}/${id}`)).toMatchObject({ enabled: false, disabled_reason: 'failing' });
  expect(other.events('webhook_endpoint.disabled')).toMatchObject([
    { data: { webhook_endpoint: id, url: receiver.url, reason: 'failing' } },
  ]);
  const tries = receiver.received.length;
  await send(DAY_MS);
  expect(receiver.received).toHaveLength(tries);
  const enabled = await api.call('PATCH', `${PATH}/${id}`, { json: { enabled: true } });
  expect(await enabled.json()).toMatchObject({ enabled: true, disabled_reason: null });
  await other.close();
}, 60_000);

test('an endpoint that takes some of what it is sent is not disabled', async () => {
  const { id } = await create();
  const { id: refused } = await (await post(`${PATH}/${id}/test`)).json();
  let status = 500;
  receiver.answer = (response) => void response.writeHead(status).end();
  await send();
  status = 204;
  await post(`${PATH}/${id}/test`);
  await send();
  status = 500;
  for (let hours = 0; hours < 30; hours++) await send(HOUR_MS);
  expect((await deliveries(id, '?state=failed')).map((row: { id: string }) => row.id)).toEqual([refused]);
  expect(await read(`${PATH}/${id}`)).toMatchObject({ enabled: true });
});

test('410 disables at once', async () => {
  const { id } = await create();
  await post(`${PATH}/${id}/test`);
  answerWith(410);
  await send();
  expect(await read(`${PATH}/${id}`)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
  expect(await deliveries(id)).toMatchObject([{ state: 'failed', attempts: [{ status: 410 }] }]);
});

test('Retry-After is heeded, up to four hours', async () => {
  const { id } = await create();
  await post(`${PATH}/${id}/test`);
  answerWith(429, { 'retry-after': '600' });
  await send();
  expect((await deliveries(id))[0].next_attempt_at).toBe(new Date(api.clock.nowMs + 600_000).toISOString());
  answerWith(429, { 'retry-after': '999999' });
  await send(600_000);
  expect((await deliveries(id))[0].next_attempt_at).toBe(new Date(api.clock.nowMs + 4 * HOUR_MS).toISOString());
});

test('a redirect is not followed, and an address that became private is not connected to', async () => {
  const { id } = await create();
  await post(`${PATH}/${id}/test`);
  answerWith(302, { location: receiver.url.replace('/hook', '/elsewhere') });
  await send();
  expect(receiver.received).toHaveLength(1);
  api.context.webhooks = new WebhookClient(false, async () => [{ address: '127.0.0.1', family: 4 }]);
  await api.context.db.update(webhookEndpoints).set({ url: 'https://became-private.example/' });
  await api.context.db.update(webhookDeliveries).set({ dueAt: new Date(api.clock.nowMs) });
  await send();
  expect(receiver.received).toHaveLength(1);
  expect((await deliveries(id))[0].attempts).toMatchObject([
    { status: 302 },
    { status: null, error: expect.stringContaining('leads to an address that is not public') },
  ]);
});

test('while secrets overlap both sign; without an overlap the old one ends at once', async () => {
  const { id, secret: first } = await create();
  const rotate = async (query = '') => (await post(`${PATH}/${id}/rotate-secret${query}`)).json();
  const { secret: second, previous_secret_expires_at } = await rotate('?overlap_seconds=3600');
  expect(previous_secret_expires_at).toBe(new Date(api.clock.nowMs + HOUR_MS).toISOString());
  const signatures = async () => {
    await post(`${PATH}/${id}/test`);
    await send();
    return String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ');
  };
  const isSignedBy = (secret: string) => {
    const { body, headers } = receiver.received.at(-1) ?? { body: '', headers: {} };
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    const expected = new Webhook(secret).sign(String(headers['webhook-id']), at, body);
    return String(headers['webhook-signature']).split(' ').includes(expected);
  };
  expect(await signatures()).toHaveLength(2);
  expect([first, second].map(isSignedBy)).toEqual([true, true]);
  api.clock.nowMs += HOUR_MS;
  expect(await signatures()).toHaveLength(1);
  expect([first, second].map(isSignedBy)).toEqual([false, true]);
  const { secret: third } = await rotate('?overlap_seconds=0');
  expect(await signatures()).toHaveLength(1);
  expect([second, third].map(isSignedBy)).toEqual([false, true]);
  expect((await post(`${PATH}/${id}/rotate-secret?overlap_seconds=999999999`)).status).toBe(422);
});

test('what arrived or was given up is sent again on request, under the same id', async () => {
  const { id } = await create();
  const { id: delivery } = await (await post(`${PATH}/${id}/test`)).json();
  await send();
  const replay = () => post(`${PATH}/${id}/deliveries/${delivery}/replay`);
  expect(await (await replay()).json()).toMatchObject({ id: delivery, state: 'pending', settled_at: null });
  await send();
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([delivery, delivery]);
  expect((await deliveries(id))[0]).toMatchObject({ state: 'delivered', attempts: [{ status: 204 }, { status: 204 }] });
  await expectProblem(await post(`${PATH}/${id}/deliveries/whd_unknown/replay`), 404, 'not_found');
  await api.call('PATCH', `${PATH}/${id}`, { json: { enabled: false } });
  await expectProblem(await replay(), 409, 'webhook_endpoint_disabled');
});

describe('many senders', () => {
  test('take each delivery once; one that a sender died with is taken again when its lease is over', async () => {
    const { id } = await create();
    for (let i = 0; i < 5; i++) await post(`${PATH}/${id}/test`);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeDelivery(api.context, [])));
    const ids = taken.flatMap((each) => each?.delivery.id ?? []);
    expect(new Set(ids).size).toBe(5);
    await send(59_000);
    expect(receiver.received).toEqual([]);
    await send(1_000);
    const sent = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(sent)).toEqual(new Set(ids));
    expect(sent).toHaveLength(5);
  });

  test('do not let an endpoint that hangs hold up the others', async () => {
    const hanging = await startWebhookReceiver();
    hanging.answer = () => {};
    const slow = await create({ url: hanging.url });
    for (let i = 0; i < 40; i++) await post(`${PATH}/${slow.id}/test`);
    const { id } = await create();
    await post(`${PATH}/${id}/test`);
    const stopping = new AbortController();
    const sending = new WebhookSender(api.context).sendDue(stopping.signal);
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => hanging.received.length, { timeout: 20_000 }).toBe(4);
    stopping.abort();
    await sending;
    const pending = await deliveries(slow.id, '?limit=100');
    expect(pending.flatMap(({ attempts }: { attempts: unknown[] }) => attempts)).toEqual([]); // as if the sender had died
    await hanging.close();
  }, 30_000);
});

test('after a week deliveries are forgotten', async () => {
  const { id } = await create();
  await post(`${PATH}/${id}/test`);
  await send();
  api.clock.nowMs += 6 * DAY_MS;
  await post(`${PATH}/${id}/test`);
  await sweep(api.context);
  expect(await deliveries(id)).toHaveLength(2);
  api.clock.nowMs += 1.5 * DAY_MS;
  await sweep(api.context);
  expect(await deliveries(id)).toHaveLength(1);
});
