import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { newWebhookSecret, signedHeaders } from './signature.ts';

const body = JSON.stringify({ type: 'job.state', note: 'ü \u2028' });

test('the reference implementation takes our signature, and we make the one that it makes', () => {
  const secret = newWebhookSecret();
  const at = new Date();
  const headers = signedHeaders('whd_1', body, at, [secret]);
  expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  expect(headers['webhook-signature']).toBe(new Webhook(secret).sign('whd_1', at, body));
});

test("the specification's own example comes out the same", () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const at = new Date(1614265330 * 1000);
  expect(signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', at, [secret])).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('while secrets overlap either of them opens the message, and no other', () => {
  const [now, before, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
  const headers = signedHeaders('whd_1', body, new Date(), [now, before]);
  expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
  for (const secret of [now, before]) expect(new Webhook(secret).verify(body, headers)).toBeTruthy();
  expect(() => new Webhook(other).verify(body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(now).verify(`${body} `, headers)).toThrow('No matching signature');
  expect(() => new Webhook(now).verify(body, { ...headers, 'webhook-id': 'whd_2' })).toThrow('No matching signature');
});

test('a secret is 256 random bits', () => {
  expect(Buffer.from(newWebhookSecret().replace('whsec_', ''), 'base64')).toHaveLength(32);
  expect(newWebhookSecret()).not.toBe(newWebhookSecret());
});
