import type { Context as HonoContext } from 'hono';

/** What the servers tell of a request: Node its socket, Lambda what API Gateway saw. */
interface Surroundings {
  incoming?: { socket?: { remoteAddress?: string } };
  requestContext?: { http?: { sourceIp?: string } };
}

/**
 * Where a request comes from, as far as whoever is there could not choose it: an IPv4 address, or the network of an IPv6 address, which
 * one customer has (RFC 6177). Null for a request that came by no network. Headers are not asked, since anybody may send them; behind a
 * proxy it is the proxy's.
 */
export function addressOf({ env }: Pick<HonoContext, 'env'>): string | null {
  const { incoming, requestContext } = (env ?? {}) as Surroundings;
  const address = incoming?.socket?.remoteAddress ?? requestContext?.http?.sourceIp;
  if (!address) return null;
  const version4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return version4 ?? networkOf(address);
}

/** The first 64 of 128 bits. */
function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const first = head.split(':').filter(Boolean);
  const last = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
