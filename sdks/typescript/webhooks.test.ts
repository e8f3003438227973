import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { unwrap, WebhookVerificationError } from './webhooks.ts';

const secret = `whsec_${btoa('0123456789abcdef0123456789abcdef')}`;
const other = `whsec_${btoa('another secret of some length')}`;
const event = { type: 'webhook_endpoint.ping', timestamp: '2026-01-01T00:00:00.000Z', data: { webhook_endpoint: 'ü' } };
const body = JSON.stringify(event);

/** As the reference implementation signs. */
function headersOf({ at = new Date(), by = [secret], text = body }: { at?: Date; by?: string[]; text?: string } = {}) {
  return {
    'webhook-id': 'whd_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': by.map((one) => new Webhook(one).sign('whd_1', at, text)).join(' '),
  };
}

test('a message is read, whatever its headers and body come as', async () => {
  const headers = headersOf();
  expect(await unwrap(body, headers, secret)).toEqual(event);
  expect(await unwrap(new TextEncoder().encode(body), new Headers(headers), secret)).toEqual(event);
  expect(await unwrap(body, headersOf({ by: [other, secret] }), secret)).toEqual(event);
  const unknown = { ...headers, 'webhook-signature': `v1a,xyz v2 ${headers['webhook-signature']}` };
  expect(await unwrap(body, unknown, secret)).toEqual(event);
});

test('its type says what it tells', async () => {
  const read = await unwrap(body, headersOf(), secret);
  read satisfies { type: string; timestamp: string };
  const told = read.type === 'webhook_endpoint.ping' ? read.data.webhook_endpoint : '';
  const state: string | null = read.type === 'job.state' ? read.data.event.data.state : null;
  expect([told, state]).toEqual(['ü', null]);
});

test.each([
  ['another secret', body, headersOf({ by: [other] }), 'No signature'],
  ['another body', `${body} `, headersOf(), 'No signature'],
  ['another id', body, { ...headersOf(), 'webhook-id': 'whd_2' }, 'No signature'],
  [
    'another time',
    body,
    { ...headersOf(), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 9) },
    'No signature',
  ],
  ['no base64', body, { ...headersOf(), 'webhook-signature': 'v1,?? v1, v1' }, 'No signature'],
  ['a message that is old', body, headersOf({ at: new Date(Date.now() - 301_000) }), '5 minutes'],
  ['a message from the future', body, headersOf({ at: new Date(Date.now() + 302_000) }), '5 minutes'],
  ['no time', body, { ...headersOf(), 'webhook-timestamp': 'now' }, '5 minutes'],
  ['no signature', body, { ...headersOf(), 'webhook-signature': undefined }, 'webhook-signature'],
  ['no id', body, { ...headersOf(), 'webhook-id': '' }, 'webhook-id'],
])('%s is refused', async (_, text, headers, reason) => {
  const unwrapping = unwrap(text, headers, secret);
  await expect(unwrapping).rejects.toThrow(WebhookVerificationError);
  await expect(unwrapping).rejects.toThrow(reason);
});

test.each(['', 'whsec_', 'whsec_??', 'lk_secret'])(
  'the secret %o is refused: nothing is signed with no key',
  async (wrong) => {
    await expect(unwrap(body, headersOf(), wrong)).rejects.toThrow('whsec_…');
  },
);
