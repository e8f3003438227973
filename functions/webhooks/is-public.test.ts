import { describe, expect, test } from 'vitest';
import { isLoopback, isPublic } from './is-public.ts';

test.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '2606:4700::1111'])(
  '%s is public',
  (address) => {
    expect(isPublic(address)).toBe(true);
  },
);

describe.each([
  ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
  ['private', ['10.0.0.0', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255']],
  ['link-local, where clouds tell secrets', ['169.254.0.1', '169.254.169.254', 'fe80::1', 'febf::1', 'fe80::1%eth0']],
  ["a carrier's", ['100.64.0.0', '100.127.255.255']],
  ['unique local', ['fc00::1', 'fd00:ec2::254']],
  ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1']],
  ['broadcast and reserved', ['255.255.255.255', '240.0.0.1', '192.0.0.8', '100::1', 'fec0::1', '4000::1']],
  ['for documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
  ['for benchmarks', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
  ['IPv4 mapped into IPv6', ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::ffff:0:7f00:1']],
  ['IPv4 in IPv6 of old', ['::127.0.0.1', '::10.0.0.1', '::ffff:0:127.0.0.1']],
  ['IPv4 translated or tunnelled', ['64:ff9b::10.0.0.1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::']],
  ['anycast relays', ['192.88.99.1', '192.175.48.1', '192.31.196.1', '192.52.193.1', '2001:3::1', '2620:4f:8000::1']],
  ['no address at all', ['', 'localhost', '8.8.8.8.8', '1.2.3.4/8']],
])('%s', (_, addresses) => {
  test.each(addresses)('%s is not public', (address) => {
    expect(isPublic(address)).toBe(false);
  });
});

test("this machine's own addresses", () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1']) expect(isLoopback(address)).toBe(true);
  for (const address of ['10.0.0.1', '::ffff:127.0.0.1', '0.0.0.0', 'fe80::1', ''])
    expect(isLoopback(address)).toBe(false);
});
