import { setTimeout } from 'node:timers/promises';
import { ApiError, ConnectionError, type Laurel } from '@laurel/sdk';
import { BrokenPromise, promise } from './broken-promise.ts';
import type { Installation } from './installation.ts';

/** What became of one try: it was acknowledged, or refused and has changed nothing, or the service died and nobody knows. */
export type Outcome<T> = { answer: T } | 'refused' | 'lost';

const PATIENCE_MS = 120_000;
const PAUSE_MS = 150;
/** As long as it takes: what needs a second service as well may break off for many kills on end. */
const TRIES = 1_000;

/** Calls the service as a customer does, and counts. */
export class Caller {
  readonly installation: Installation;
  /** Tries by what was tried: acknowledged, refused, lost. */
  readonly tally = new Map<string, { acknowledged: number; refused: number; lost: number }>();

  constructor(installation: Installation) {
    this.installation = installation;
  }

  /** Tries something once. @throws {BrokenPromise} for a 5xx that is no 503, and for a connection that broke while nobody was killed */
  async once<T>(what: string, call: (laurel: Laurel) => Promise<T>): Promise<Outcome<T>> {
    const counts = this.#count(what);
    const beginMs = performance.now();
    try {
      const answer = await call(this.installation.client());
      counts.acknowledged++;
      return { answer };
    } catch (error) {
      if (!(await this.#isLost(error, beginMs))) {
        counts.refused++;
        return 'refused';
      }
      counts.lost++;
      return 'lost';
    }
  }

  /** Tries something, under one idempotency key, until it is acknowledged. */
  async persistently<T>(what: string, call: (laurel: Laurel) => Promise<T>): Promise<T> {
    const answer = await call(this.installation.client(TRIES));
    this.#count(what).acknowledged++;
    return answer;
  }

  /** Reads something, however often the service is killed meanwhile. `null` where it is not there. */
  async read<T>(call: (laurel: Laurel) => Promise<T>): Promise<T | null> {
    for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs; await setTimeout(PAUSE_MS)) {
      this.installation.checkAlive();
      const beginMs = performance.now();
      try {
        return await call(this.installation.client());
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        if (!(await this.#isLost(error, beginMs)) && (error as ApiError).status !== 503) throw error;
      }
    }
    throw new BrokenPromise(`The service gave no answer within ${PATIENCE_MS / 1000} s.`);
  }

  /** @throws {BrokenPromise} when it is not there */
  async must<T>(what: string, call: (laurel: Laurel) => Promise<T>): Promise<T> {
    const found = await this.read(call);
    promise(found !== null, `${what} was acknowledged and is gone.`);
    return found;
  }

  #count(what: string) {
    const counts = this.tally.get(what) ?? { acknowledged: 0, refused: 0, lost: 0 };
    this.tally.set(what, counts);
    return counts;
  }

  async #isLost(error: unknown, beginMs: number): Promise<boolean> {
    if (error instanceof ApiError && (error.status < 500 || error.status === 503)) return false;
    const isConnection = error instanceof ConnectionError || error instanceof TypeError; // fetch's name for it, in mid-stream
    if (isConnection && (await this.installation.wasAwaySince(beginMs))) return true;
    throw new BrokenPromise(`No answer: ${String(error)}`, { cause: error });
  }
}
