import { apiErrorOf, ConnectionError, TimeoutError } from './errors.ts';
import { noteEtag } from './etag-of.ts';
import { mayRetry, retryDelayMs, sleep } from './retry.ts';

export interface LaurelOptions {
  /** Where the service is, such as `http://127.0.0.1:8787`. */
  baseUrl: string;
  /** A key of the form `lk_…`. */
  apiKey: string;
  /** Retries after the first try; 2 if left out. */
  maxRetries?: number;
  /** Time for one try, answer included; 10 minutes if left out. */
  timeoutMs?: number;
}

/** What every call takes besides its own arguments. */
export interface CallOptions {
  signal?: AbortSignal;
}

/** What calls take that change what somebody else may change as well. */
export interface ChangeOptions extends CallOptions {
  /** The ETag that GET answered (`etagOf`): what has been changed since is left alone, and the call fails with status 412. */
  ifMatch?: string;
}

/** What calls take that ask an endpoint. */
export interface AskOptions extends CallOptions {
  /** For which the answer is of use, 1 to 120,000 ms: what is still in line then is not computed, and the call fails with status 503. */
  answerWithinMs?: number;
  /** Calls with the same one are answered by the same version while the traffic split stays. */
  routingKey?: string;
}

/** What calls take that can wait for the end of what goes on. */
export interface WaitOptions extends CallOptions {
  /** Up to 30: the answer comes when it has ended, if it does so within that time. */
  waitSeconds?: number;
}

export interface ApiRequest extends AskOptions, ChangeOptions, WaitOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; a stream can be sent once only, so such a request is not retried. */
  body?: string | Blob | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
  /** Sent without the key, which is for nobody else: to an address that is a grant itself. */
  isGranted?: boolean;
  /** In place of the client's. */
  retries?: number;
  /** The answer is a stream of no known length: the time-out ends with its headers. */
  streamed?: boolean;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_TIMEOUT_MS = 600_000;

/** Sends requests to the service: authorises, retries, and turns error answers into typed errors. */
export class Transport {
  readonly #options: LaurelOptions;

  constructor(options: LaurelOptions) {
    this.#options = options;
  }

  /** The parsed body of the answer; undefined where it has none. @throws {LaurelError} */
  async json<T>(path: string, request: ApiRequest = {}): Promise<T> {
    const response = await this.send(path, request);
    if (response.status === 204) return undefined as T;
    const answer = (await response.json()) as T;
    noteEtag(answer, response.headers);
    return answer;
  }

  /**
   * The answer, whose status is 2xx. Connection errors and answers that `mayRetry` are tried again under one idempotency
   * key, so that a retry cannot do the work twice.
   * @throws {LaurelError} the last try's error; the signal's reason when the caller aborts
   */
  async send(path: string, request: ApiRequest = {}): Promise<Response> {
    const url = urlOf(this.#options.baseUrl, path, request.query);
    const init = this.#initOf(request);
    const retries =
      request.body instanceof ReadableStream ? 0 : (request.retries ?? this.#options.maxRetries ?? DEFAULT_RETRIES);
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#try(url, init, request);
      const response = outcome instanceof Response ? outcome : undefined;
      if (response?.ok) return response;
      const delayMs =
        attempt < retries && (!response || mayRetry(response)) ? retryDelayMs(attempt, response) : undefined;
      if (delayMs === undefined) throw response ? await apiErrorOf(response) : outcome;
      await response?.body?.cancel();
      await sleep(delayMs, request.signal);
    }
  }

  #initOf(request: ApiRequest): RequestInit {
    const method = request.method ?? 'GET';
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers };
    if (!request.isGranted) headers.authorization = `Bearer ${this.#options.apiKey}`;
    if (method === 'POST') headers['idempotency-key'] ??= crypto.randomUUID();
    if (request.waitSeconds !== undefined) headers.prefer = `wait=${request.waitSeconds}`;
    if (request.answerWithinMs !== undefined) headers['x-timeout-ms'] = String(request.answerWithinMs);
    if (request.routingKey !== undefined) headers['x-routing-key'] = request.routingKey;
    if (request.ifMatch !== undefined) headers['if-match'] = request.ifMatch;
    if (request.json !== undefined) headers['content-type'] = 'application/json';
    const body = request.json === undefined ? request.body : JSON.stringify(request.json);
    if (body === undefined) return { method, headers };
    // `duplex` is what fetch demands for a stream; TypeScript's DOM types do not know it yet.
    return { method, headers, body, duplex: 'half' } as RequestInit;
  }

  /** One try: an answer of any status, or the error that kept it from arriving. */
  async #try(url: string, init: RequestInit, request: ApiRequest): Promise<Response | ConnectionError | TimeoutError> {
    const timeoutMs = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout.signal]) : timeout.signal;
    try {
      const response = await fetch(url, { ...init, signal });
      if (request.streamed && response.ok) return response;
      // Reading the body here puts it under the time-out, and a connection that breaks in mid-body under the retries.
      const body = response.status === 204 ? null : await response.arrayBuffer();
      return new Response(body, response);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (timeout.signal.aborted)
        return new TimeoutError('timeout', `${url} did not answer within ${timeoutMs / 1000} s.`, error);
      return new ConnectionError('connection_error', `${url} cannot be reached: ${reasonOf(error)}.`, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param path of the service, or a whole address */
function urlOf(baseUrl: string, path: string, query: ApiRequest['query'] = {}): string {
  const url = new URL(path.startsWith('/') ? `${baseUrl.replace(/\/+$/, '')}${path}` : path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** What lies beneath fetch's constant "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error) return cause.message || ('code' in cause ? String(cause.code) : cause.name);
  return String(cause);
}
