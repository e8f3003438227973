import { lookup } from 'node:dns/promises';
import { type RequestOptions, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { VERSION } from '../version.ts';
import { isLoopback, isPublic } from './is-public.ts';

/** An address of a host, as `node:dns` gives it. */
export interface HostAddress {
  address: string;
  family: number;
}

/** What came of one try to send. */
export interface WebhookOutcome {
  /** Null when no answer came. */
  status: number | null;
  /** Why none came, for the endpoint's owner to read. */
  error: string | null;
  /** The beginning of the answer's body, as text. */
  answer: string;
  /** For how long the answer asks us to wait; 0 where it does not. */
  retryAfterMs: number;
  durationMs: number;
}

/** Webhooks are not sent there. The message says why, as a sentence. */
export class ForbiddenTarget extends Error {
  override name = 'ForbiddenTarget';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const TIMEOUT_MS = 15_000;
/** Of the answer; no more than this is read of it, whatever comes. */
const KEPT_BYTES = 500;

/**
 * Sends webhooks to the public internet, and to nowhere else: a host is looked up once, all its addresses have to be public, and the
 * connection is made to one of those that were looked at, so that a name that leads elsewhere a moment later (DNS rebinding) gains nothing.
 * Redirects are not followed, and no connection is used twice.
 */
export class WebhookClient {
  readonly #allowsLoopback: boolean;
  readonly #resolve: (host: string) => Promise<HostAddress[]>;

  /** @param allowsLoopback lets webhooks go to this machine itself too, by http, for trying them out */
  constructor(
    allowsLoopback: boolean,
    resolve: (host: string) => Promise<HostAddress[]> = (host) => lookup(host, { all: true }),
  ) {
    this.#allowsLoopback = allowsLoopback;
    this.#resolve = resolve;
  }

  /** Whether webhooks may go there as things are now. @throws {ForbiddenTarget} */
  async check(target: string): Promise<void> {
    await this.#addressesOf(this.#urlOf(target));
  }

  /** Sends once. Never fails: what went wrong is in the outcome. @param signal ends it early */
  async post(
    target: string,
    body: string,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<WebhookOutcome> {
    const begin = performance.now();
    const limits = [AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])];
    const outcome = await this.#post(target, body, headers, AbortSignal.any(limits)).catch((error: unknown) => ({
      status: null,
      error: reasonOf(error),
      answer: '',
      retryAfterMs: 0,
    }));
    return { ...outcome, durationMs: Math.round(performance.now() - begin) };
  }

  async #post(target: string, body: string, headers: Record<string, string>, signal: AbortSignal) {
    const url = this.#urlOf(target);
    const addresses = await unlessAborted(signal, this.#addressesOf(url));
    return exchange(url, body, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': `Laurel/${VERSION}`,
        ...headers,
      },
      lookup: answerWith(addresses),
      agent: false,
      signal,
    });
  }

  #urlOf(target: string): URL {
    if (!URL.canParse(target))
      throw new ForbiddenTarget('not_a_url', 'It is no URL such as https://example.com/laurel.');
    const url = new URL(target);
    const isHttp = url.protocol === 'http:' && this.#mayBeLoopback(url);
    if (url.protocol !== 'https:' && !isHttp)
      throw new ForbiddenTarget('not_https', 'Its URL has to begin with https://.');
    if (url.username || url.password) {
      throw new ForbiddenTarget(
        'credentials_in_url',
        'Its URL must not have a name or password; the signature says who sends.',
      );
    }
    return url;
  }

  async #addressesOf(url: URL): Promise<HostAddress[]> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = await this.#resolve(host).catch(() => []);
    if (addresses.length === 0) throw new ForbiddenTarget('unknown_host', `The host ${host} is not known.`);
    const mayBeLoopback = this.#mayBeLoopback(url);
    const isAllowed = ({ address }: HostAddress) => isPublic(address) || (mayBeLoopback && isLoopback(address));
    if (addresses.every(isAllowed)) return addresses;
    // Which address it is, is not told: that would answer questions to the resolver of a network which is not public.
    throw new ForbiddenTarget('private_address', `The host ${host} leads to an address that is not public.`);
  }

  /** Only where it is meant: another name that leads to this machine is an attack. */
  #mayBeLoopback({ hostname }: URL): boolean {
    return this.#allowsLoopback && (/(^|\.)localhost$/.test(hostname) || isLoopback(hostname.replace(/^\[|\]$/g, '')));
  }
}

/** For `net.connect`, in place of a lookup of its own. A host that is an address it does not look up: it was looked at as it is. */
const answerWith =
  (addresses: HostAddress[]): LookupFunction =>
  (_host, { all }, callback) => {
    const [first] = addresses as [HostAddress];
    if (all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };

type Answered = Omit<WebhookOutcome, 'durationMs'>;

function exchange(url: URL, body: string, options: RequestOptions): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestByHttps : requestByHttp)(url, options, (response) => {
      const kept: Buffer[] = [];
      let bytes = 0;
      // The status decides; what follows it may be cut, late or never end.
      const finish = () => {
        const { statusCode: status = 0, headers } = response;
        const answer = readable(Buffer.concat(kept).subarray(0, KEPT_BYTES));
        resolve({ status, error: null, answer, retryAfterMs: retryAfterMs(headers['retry-after']) });
        request.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        kept.push(chunk);
        bytes += chunk.length;
        if (bytes >= KEPT_BYTES) finish();
      });
      response.on('end', finish);
      response.on('error', finish);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** PostgreSQL's JSON takes no NUL, and a log no control characters. */
const readable = (bytes: Buffer): string => bytes.toString('utf8').replaceAll(/\p{Cc}/gu, ' ');

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Math.max(0, ms || 0);
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isLate = error.name === 'TimeoutError' || (error.cause instanceof Error && error.cause.name === 'TimeoutError');
  if (isLate) return `No answer came within ${TIMEOUT_MS / 1000} s.`;
  return error.message || ('code' in error ? String(error.code) : error.name);
}
