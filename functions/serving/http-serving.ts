import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DEADLINE_HEADER,
  Problem,
  type ServedModel,
  type ServeGenerateRequest,
  type ServeLogProbsRequest,
  type ServeScoreRequest,
  serveGenerateAnswer,
  serveGenerateLine,
  serveHealth,
  serveLogProbsAnswer,
  serveScoreAnswer,
} from '@laurel/contracts';
import type { z } from 'zod';
import { asProblem } from './engine-problem.ts';
import { post, TookTooLong, textOf } from './post.ts';
import type { GenerationNews, OnTimed, Serving } from './serving.ts';
import { UntoldText } from './untold-text.ts';

const HEALTH_TIMEOUT_MS = 2_000;
const ANSWER_TIMEOUT_MS = 120_000;
const PAUSE_MS = 200;
const RETRY_AFTER_SECONDS = 5;
/** Connections that may break on one request: it may be what the engine dies of. */
const BREAKS_BORNE = 2;

/** Where `gpu-workers serve` listens, or `null` while it is starting. */
export type ServeAddress = () => { url: string; token: string } | null;

/**
 * Speaks to `gpu-workers serve` over HTTP. An engine that crashed or is starting is waited for and asked again: what it is asked changes
 * nothing, and comes out the same each time.
 */
export class HttpServing implements Serving {
  readonly #address: ServeAddress;
  readonly #patienceMs: number;

  /** @param patienceMs for which an engine that is not there is waited for; starting takes it some seconds */
  constructor(address: ServeAddress, patienceMs: number) {
    this.#address = address;
    this.#patienceMs = patienceMs;
  }

  score(request: ServeScoreRequest, timeoutMs?: number, onTimed?: OnTimed) {
    return this.#json('/score', request, serveScoreAnswer, timeoutMs, onTimed);
  }

  logProbs(request: ServeLogProbsRequest, timeoutMs?: number) {
    return this.#json('/log-probs', request, serveLogProbsAnswer, timeoutMs);
  }

  generate(request: ServeGenerateRequest, timeoutMs?: number, onTimed?: OnTimed) {
    return this.#json('/generate', request, serveGenerateAnswer, timeoutMs, onTimed);
  }

  async load(model: ServedModel, timeoutMs = ANSWER_TIMEOUT_MS) {
    const response = await this.#patiently(timeoutMs, (leftMs) => this.#post('/load', { model }, leftMs));
    response.resume();
  }

  async *follow(request: ServeGenerateRequest, timeoutMs = ANSWER_TIMEOUT_MS): AsyncGenerator<GenerationNews> {
    const untold = new UntoldText();
    let breaks = 0;
    for (;;) {
      const response = await this.#patiently(timeoutMs, (leftMs) => this.#post('/generate/stream', request, leftMs));
      untold.beginAgain();
      try {
        for await (const line of linesOf(response)) {
          if ('problem' in line) throw new Problem(line.problem.status, line.problem.code, line.problem.detail);
          if ('answer' in line) return yield line;
          const delta = untold.rest(line.delta);
          if (delta) yield { delta };
        }
        throw new Error('the stream ended before its answer');
      } catch (cause) {
        if (cause instanceof Problem || ++breaks > BREAKS_BORNE) throw unlessProblem(cause);
      }
    }
  }

  async health() {
    const address = this.#address();
    if (!address) return null;
    try {
      const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
      const response = await fetch(new URL('/health', address.url), { headers: authorisation(address.token), signal });
      return response.ok ? serveHealth.parse(await response.json()) : null;
    } catch {
      return null;
    }
  }

  #json<Schema extends z.ZodType>(
    path: string,
    request: unknown,
    schema: Schema,
    timeoutMs = ANSWER_TIMEOUT_MS,
    onTimed?: OnTimed,
  ) {
    return this.#patiently(timeoutMs, async (leftMs): Promise<z.output<Schema>> => {
      const response = await this.#post(path, request, leftMs);
      if (onTimed) tellTimes(response, onTimed);
      return schema.parse(JSON.parse(await textOf(response).catch(broken)));
    });
  }

  /** One try. @throws {Away} when the engine is not there; otherwise what it objects to */
  async #post(path: string, request: unknown, leftMs: number): Promise<IncomingMessage> {
    const address = this.#address();
    if (!address) throw new Away('is starting', false);
    const headers = { ...authorisation(address.token), [DEADLINE_HEADER]: String(Math.floor(leftMs)) };
    const response = await post(new URL(path, address.url), headers, request, Math.ceil(leftMs)).catch(broken);
    const { statusCode = 0 } = response;
    if (statusCode < 300) return response;
    throw asProblem(statusCode, await textOf(response).catch(broken), response.headers['retry-after']);
  }

  /** Tries again while the engine is away, within the patience, and within the time that the caller waits. */
  async #patiently<T>(timeoutMs: number, attempt: (leftMs: number) => Promise<T>): Promise<T> {
    const beginMs = performance.now();
    const patientUntilMs = beginMs + Math.min(this.#patienceMs, timeoutMs);
    let breaks = 0;
    for (;;) {
      try {
        return await attempt(Math.max(1, beginMs + timeoutMs - performance.now()));
      } catch (error) {
        const isEnding = error instanceof Problem && error.code === 'ending';
        if (!(error instanceof Away) && !isEnding) throw error;
        if (error instanceof Away && error.mayBeOurFault) breaks++;
        if (breaks > BREAKS_BORNE || performance.now() + PAUSE_MS > patientUntilMs) throw unlessProblem(error);
      }
      await sleep(PAUSE_MS);
    }
  }
}

/** The engine is not there, or went away. */
class Away extends Error {
  override name = 'Away';
  /** The connection broke after the request was sent. */
  readonly mayBeOurFault: boolean;

  constructor(how: string, mayBeOurFault: boolean, cause?: unknown) {
    super(`The scoring engine ${how}. Try again in a moment.`, { cause });
    this.mayBeOurFault = mayBeOurFault;
  }
}

function broken(error: unknown): never {
  if (error instanceof TookTooLong) {
    throw new Problem(503, 'deadline_exceeded', 'The answer did not come in time; try again in a moment.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: error,
    });
  }
  const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  throw new Away('did not answer', !isRefused, error);
}

const unlessProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(
        503,
        'engine_unavailable',
        error instanceof Away ? error.message : new Away('broke off', true).message,
        {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
          cause: error,
        },
      );

/** Reads `Server-Timing`, as in `queue;dur=1.2, model;dur=30`. */
function tellTimes({ headers }: IncomingMessage, onTimed: OnTimed): void {
  for (const [, phase = '', ms] of String(headers['server-timing'] ?? '').matchAll(/(\w+);dur=([\d.]+)/g)) {
    onTimed(phase, Number(ms));
  }
}

const authorisation = (token: string) => ({ authorization: `Bearer ${token}` });

async function* linesOf(response: IncomingMessage): AsyncGenerator<z.output<typeof serveGenerateLine>> {
  try {
    const lines = createInterface({ input: response, crlfDelay: Infinity });
    for await (const line of lines) yield serveGenerateLine.parse(JSON.parse(line));
  } finally {
    response.destroy(); // so that nothing more is computed for whom nobody listens to
  }
}
