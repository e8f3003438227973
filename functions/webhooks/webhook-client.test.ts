import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts';
import { type HostAddress, WebhookClient } from './webhook-client.ts';

let receiver: WebhookReceiver;
let port: string;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  ({ port } = new URL(receiver.url));
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => void response.writeHead(204).end();
});
afterAll(() => receiver.close());

const ipv4 = (address: string): HostAddress => ({ address, family: 4 });
const local = () => new WebhookClient(true);
const post = (client: WebhookClient, url: string) => client.post(url, '{}', {});

/** A resolver that leads to other addresses each time that it is asked, and counts how often that is. */
function resolver(...answers: string[][]) {
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return (answers[Math.min(asked.length, answers.length) - 1] ?? []).map(ipv4);
  };
  return { asked, resolve };
}

test('sends the body and headers, and keeps the beginning of the answer', async () => {
  receiver.answer = (response) => void response.writeHead(202).end(`a\0b\n${'x'.repeat(100_000)}`);
  const outcome = await local().post(receiver.url, '{"ü":1}', { 'webhook-id': 'whd_1' });
  expect(outcome).toMatchObject({ status: 202, error: null, retryAfterMs: 0, answer: `a b ${'x'.repeat(496)}` });
  expect(receiver.received).toMatchObject([
    { body: '{"ü":1}', headers: { 'webhook-id': 'whd_1', 'content-type': 'application/json' } },
  ]);
});

test('redirects are answers like any other', async () => {
  receiver.answer = (response) => void response.writeHead(307, { location: '/elsewhere' }).end();
  expect(await post(local(), receiver.url)).toMatchObject({ status: 307 });
  expect(receiver.received).toHaveLength(1);
});

test('how long an answer asks to wait is told, in both forms', async () => {
  const waiting = (value: string) => (response: ServerResponse) =>
    void response.writeHead(503, { 'retry-after': value }).end();
  receiver.answer = waiting('120');
  expect((await post(local(), receiver.url)).retryAfterMs).toBe(120_000);
  receiver.answer = waiting(new Date(Date.now() + 60_000).toUTCString());
  expect(Math.abs((await post(local(), receiver.url)).retryAfterMs - 60_000)).toBeLessThan(5_000);
  for (const value of ['soon', '-5', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
    receiver.answer = waiting(value);
    expect((await post(local(), receiver.url)).retryAfterMs).toBe(0);
  }
});

test('an answer that never ends counts by its status once enough of it has come', async () => {
  receiver.answer = (response) => void response.writeHead(200).write('x'.repeat(1000));
  expect(await post(local(), receiver.url)).toMatchObject({ status: 200, answer: 'x'.repeat(500) });
});

test('an answer that breaks off counts by its status; none at all, and none in time, are told', async () => {
  receiver.answer = (response) => {
    response.writeHead(200, { 'content-length': 100 }).write('some', () => response.destroy());
  };
  expect(await post(local(), receiver.url)).toMatchObject({ status: 200, answer: 'some' });
  receiver.answer = (response) => void response.destroy();
  expect(await post(local(), receiver.url)).toMatchObject({ status: null, error: 'socket hang up' });
  receiver.answer = () => {};
  const late = await local().post(receiver.url, '{}', {}, AbortSignal.timeout(50));
  expect(late).toMatchObject({ status: null, error: 'No answer came within 15 s.' });
});

test('a resolver that does not answer is not waited for either', async () => {
  const client = new WebhookClient(false, () => new Promise(() => {}));
  const late = await client.post('https://slow.example/', '{}', {}, AbortSignal.timeout(50));
  expect(late).toMatchObject({ status: null, error: 'No answer came within 15 s.' });
});

describe('without leave to this machine', () => {
  test.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://0/',
  ])('%s is refused', async (url) => {
    await expect(new WebhookClient(false).check(url)).rejects.toMatchObject({ code: 'private_address' });
    expect(await post(new WebhookClient(false), url)).toMatchObject({
      status: null,
      error: expect.stringContaining('leads to an address that is not public'),
    });
  });

  test.each([
    ['http://example.com/', 'not_https'],
    ['http://127.0.0.1/', 'not_https'],
    ['ftp://example.com/', 'not_https'],
    ['file:///etc/passwd', 'not_https'],
    ['example.com', 'not_a_url'],
    ['https://name:word@example.com/', 'credentials_in_url'],
  ])('%s is refused: %s', async (url, code) => {
    const { resolve, asked } = resolver(['93.184.216.34']);
    await expect(new WebhookClient(false, resolve).check(url)).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  test('a name is refused if one of its addresses is not public, and if it has none', async () => {
    const check = (...addresses: string[]) =>
      new WebhookClient(false, resolver(addresses).resolve).check('https://a.example/');
    await expect(check('93.184.216.34')).resolves.toBeUndefined();
    await expect(check('93.184.216.34', '10.0.0.1')).rejects.toMatchObject({ code: 'private_address' });
    await expect(check()).rejects.toMatchObject({ code: 'unknown_host' });
  });

  test('the message tells no address', async () => {
    const client = new WebhookClient(false, resolver(['10.1.2.3']).resolve);
    const { error } = await post(client, 'https://db.internal/');
    expect(error).toContain('leads to an address that is not public');
    expect(error).not.toContain('10.1.2.3');
  });
});

describe('a name that leads elsewhere a moment later', () => {
  test('is looked up once, and connected to where it led then', async () => {
    const { resolve, asked } = resolver(['127.0.0.1'], ['127.0.0.2']);
    const outcome = await post(new WebhookClient(true, resolve), `http://hook.localhost:${port}/`);
    expect(outcome.status).toBe(204);
    expect(asked).toEqual(['hook.localhost']);
    expect(receiver.received[0]?.headers.host).toBe(`hook.localhost:${port}`);
  });

  test('is refused when it leads to this machine by the time that something is sent', async () => {
    const client = new WebhookClient(true, resolver(['93.184.216.34'], ['127.0.0.1']).resolve);
    await client.check(`https://rebinding.example:${port}/`);
    expect(await post(client, `https://rebinding.example:${port}/`)).toMatchObject({
      status: null,
      error: expect.stringContaining('leads to an address that is not public'), // not that it speaks no TLS
    });
    expect(receiver.received).toEqual([]);
  });
});

test('leave to this machine is leave by its own names only', async () => {
  const elsewhere = (address: string) => new WebhookClient(true, resolver([address]).resolve);
  for (const url of ['http://127.0.0.1/', 'http://localhost/', 'http://a.localhost/', 'http://[::1]/']) {
    await expect(elsewhere('127.0.0.1').check(url)).resolves.toBeUndefined();
  }
  await expect(elsewhere('10.0.0.1').check('http://localhost/')).rejects.toMatchObject({ code: 'private_address' });
  await expect(elsewhere('127.0.0.1').check('https://a.example/')).rejects.toMatchObject({ code: 'private_address' });
  await expect(elsewhere('127.0.0.1').check('https://notlocalhost/')).rejects.toMatchObject({
    code: 'private_address',
  });
  await expect(elsewhere('127.0.0.1').check('http://a.example/')).rejects.toMatchObject({ code: 'not_https' });
});
