import { expect, test } from 'vitest';
import { addressOf } from './address-of.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s is %s', (remoteAddress, address) => {
  expect(addressOf({ env: { incoming: { socket: { remoteAddress } } } })).toBe(address);
  expect(addressOf({ env: { requestContext: { http: { sourceIp: remoteAddress } } } })).toBe(address);
});

test('a request that came by no network has none', () => expect(addressOf({ env: undefined })).toBeNull());
