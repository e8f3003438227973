import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { ImportError } from './import-error.ts';

/** The hub did not answer, or asked for patience: worth trying again. */
export class HubAway extends Error {
  override name = 'HubAway';
}

const MAX_REDIRECTS = 5;

/**
 * A `fetch` for one hub. The token goes to the hub's own origin alone, whatever asks and wherever it redirects to; other hosts, such as
 * those that a hub keeps large files on, are reached by https only and must not be on a private network.
 *
 * Its promise is rejected with {@link ImportError} for what the hub refuses and {@link HubAway} for what may pass, neither of which holds
 * the token or a signed address.
 */
export function hubFetch(endpoint: string, token: string | null): typeof fetch {
  const home = new URL(endpoint).origin;
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : input);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      if (url.origin !== home) await checkForeign(url);
      const headers = new Headers(init?.headers);
      headers.delete('authorization');
      if (token !== null && url.origin === home) headers.set('authorization', `Bearer ${token}`);
      const response = await fetch(url, { ...init, headers, redirect: 'manual' }).catch((error: unknown) => {
        throw new HubAway(`${url.host} does not answer: ${reasonOf(error)}.`, { cause: error });
      });
      const next = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || next === null) return checked(response, url);
      await response.body?.cancel();
      url = new URL(next, url);
    }
    throw new ImportError('unusable_source', `${home} redirects more than ${MAX_REDIRECTS} times.`);
  };
}

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

/** A hub must not make this worker ask the machines around it, nor send files in the open. */
async function checkForeign({ protocol, hostname, host }: URL): Promise<void> {
  if (protocol !== 'https:') {
    throw new ImportError(
      'unusable_source',
      `The hub redirects to ${protocol}//${host}; other hosts are reached by https only.`,
    );
  }
  const name = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(name)
    ? [name]
    : (await lookup(name, { all: true }).catch(() => [])).map(({ address }) => address);
  if (addresses.some((address) => PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))) {
    throw new ImportError('unusable_source', `The hub redirects to ${host}, which is on a private network.`);
  }
}

const REMEDIES: Record<string, string> = {
  GatedRepo: 'is gated: accept its conditions on the hub, and give the server the HF_TOKEN of an account that has',
  RepoNotFound:
    'does not exist, or is private: check its name, or give the server the HF_TOKEN of an account that may read it',
  RevisionNotFound: 'has no such revision: name a branch, tag or commit that exists',
  EntryNotFound: 'has no such file',
};

function checked(response: Response, { host, pathname }: URL): Response {
  const { status } = response;
  if (response.ok || status === 416) return response;
  const what = `${host} answers ${status} for ${pathname}`;
  if (status >= 500 || status === 408 || status === 429) throw new HubAway(`${what}.`);
  const code = response.headers.get('x-error-code') ?? '';
  const remedy = REMEDIES[code] ?? REMEDIES[status === 401 || status === 403 ? 'RepoNotFound' : ''];
  throw new ImportError('unusable_source', remedy ? `${what}: it ${remedy}.` : `${what}.`);
}

/** What lies beneath fetch's constant "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
