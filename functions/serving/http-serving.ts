import {
  Problem,
  problemDetails,
  type ServeGenerateRequest,
  type ServeScoreRequest,
  serveGenerateAnswer,
  serveHealth,
  serveScoreAnswer,
} from '@laurel/contracts';
import type { z } from 'zod';
import type { Serving } from './serving.ts';

const HEALTH_TIMEOUT_MS = 2_000;
const ANSWER_TIMEOUT_MS = 120_000;
/** Two tries with this pause outlast a restart of the engine, which takes some seconds. */
const RETRY_AFTER_SECONDS = 5;

/** Where `gpu-workers serve` listens, or `null` while it is starting. */
export type ServeAddress = () => { url: string; token: string } | null;

/** Speaks to `gpu-workers serve` over HTTP. */
export class HttpServing implements Serving {
  readonly #address: ServeAddress;

  constructor(address: ServeAddress) {
    this.#address = address;
  }

  score(request: ServeScoreRequest) {
    return this.#post('/score', request, serveScoreAnswer);
  }

  generate(request: ServeGenerateRequest) {
    return this.#post('/generate', request, serveGenerateAnswer);
  }

  async health() {
    try {
      const response = await this.#fetch('/health', { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
      return response.ok ? serveHealth.parse(await response.json()) : null;
    } catch {
      return null;
    }
  }

  async #post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
    const response = await this.#fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    if (!response.ok) throw await asProblem(response);
    return schema.parse(await response.json());
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const address = this.#address();
    if (!address) throw unavailable('The scoring engine is starting.');
    try {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${address.token}`);
      return await fetch(new URL(path, address.url), { ...init, headers });
    } catch (cause) {
      throw unavailable('The scoring engine did not answer.', cause);
    }
  }
}

const unavailable = (detail: string, cause?: unknown) =>
  new Problem(503, 'engine_unavailable', `${detail} Try again in a moment.`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });

/** A model that cannot be served is for the caller as well, who can have another one published. */
const MODEL_CODES: readonly (string | undefined)[] = ['model_damaged', 'model_not_found'];

/** What the engine objects to is for the caller, unless it objects to how this API asked. */
async function asProblem(response: Response): Promise<Error> {
  const parsed = problemDetails.partial().safeParse(await response.json().catch(() => null));
  const { code, detail, errors } = parsed.data ?? {};
  const isForCaller = [409, 422, 503].includes(response.status) || MODEL_CODES.includes(code);
  if (!isForCaller || !code || !detail) {
    return new Error(`The scoring engine answered ${response.status}: ${code ?? ''} ${detail ?? ''}`);
  }
  const retryAfterSeconds = Number(response.headers.get('retry-after'));
  return new Problem(response.status, code, detail, {
    ...(errors && { errors }),
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}
