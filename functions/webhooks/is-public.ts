import ipaddr from 'ipaddr.js';

/** What IANA has given out for global unicast; the rest of IPv6 is reserved, or holds IPv4 addresses in disguise. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the public internet's: none that is private, loopback, link-local, shared by a carrier, multicast, reserved,
 * for documentation, or IPv4 mapped or translated into IPv6 (the special-purpose registries of IANA, RFC 6890).
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_IPV6)) return false;
  return parsed.range() === 'unicast';
}

/** Whether an address is this machine's own, 127.0.0.0/8 or ::1. */
export const isLoopback = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
