import { setTimeout as sleep } from 'node:timers/promises';
import type { Heartbeat, MetricsReport, WorkerEvent } from '@laurel/contracts';
import { ApiRefused, type JobApi, StaleAttempt } from './job-api.ts';
import { backoffMs } from './patiently.ts';

export type MetricsPoint = MetricsReport['points'][number];

/** What the API wants of the worker; `stale` and `away` are for good. */
export const DIRECTIVES = ['continue', 'pause', 'cancel', 'stale', 'away'] as const;
export type Directive = (typeof DIRECTIVES)[number];

const TICK_MS = 500;
const EVENTS_PER_CALL = 100;
const POINTS_PER_CALL = 1000;

export interface ReportLoopOptions {
  heartbeatMs: number;
  /** Silence of the API after which the directive is `away`. */
  patienceMs: number;
  onDirective(directive: Directive): void;
}

/**
 * Sends heartbeats, events and metric points, in that order of urgency, until told to stop. Reports are kept while the API
 * is away and sent when it is back.
 */
export class ReportLoop {
  readonly #api: JobApi;
  readonly #options: ReportLoopOptions;
  readonly #events: WorkerEvent[] = [];
  readonly #points: MetricsPoint[] = [];
  #progress: Heartbeat = { stage: 'starting', step: 0, total_steps: 0 };
  #told: Heartbeat | null = null;
  #lastHeartbeatMs = Number.NEGATIVE_INFINITY;
  #lastContactMs = Date.now();
  #failures = 0;
  #over = false;
  readonly #closing = new AbortController();

  constructor(api: JobApi, options: ReportLoopOptions) {
    this.#api = api;
    this.#options = options;
  }

  progress(progress: Heartbeat): void {
    this.#progress = progress;
  }

  event(event: WorkerEvent): void {
    this.#events.push(event);
  }

  metrics(point: MetricsPoint): void {
    this.#points.push(point);
  }

  /** Sends what is left and ends the loop. */
  close(): void {
    this.#closing.abort();
  }

  /** Runs until closed with everything sent, or until the attempt is stale or the API away for good. */
  async run(): Promise<void> {
    const { signal } = this.#closing;
    while (true) {
      await this.#send();
      if (this.#over || (signal.aborted && this.#hasToldAll())) return;
      const delayMs = this.#failures > 0 ? backoffMs(this.#failures) : TICK_MS;
      await sleep(delayMs, undefined, signal.aborted ? {} : { signal }).catch(() => undefined); // woken by close()
    }
  }

  #hasToldAll(): boolean {
    return this.#events.length === 0 && this.#points.length === 0 && this.#told === this.#progress;
  }

  async #send(): Promise<void> {
    try {
      if (this.#isHeartbeatDue()) await this.#sendHeartbeat();
      await this.#sendAll(this.#events, EVENTS_PER_CALL, (events) => this.#api.events({ events }));
      await this.#sendAll(this.#points, POINTS_PER_CALL, (points) => this.#api.metrics({ points }));
      this.#lastContactMs = Date.now();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      if (error instanceof StaleAttempt) this.#end('stale');
      else if (Date.now() - this.#lastContactMs > this.#options.patienceMs) this.#end('away');
    }
  }

  /**
   * A new stage is told at once: one may last for less than a heartbeat, as those of an import do. At the end progress alone is due
   * as well: a job that is over shows for good what was told last.
   */
  #isHeartbeatDue(): boolean {
    if (this.#told?.stage !== this.#progress.stage) return true;
    if (this.#closing.signal.aborted && this.#told !== this.#progress) return true;
    return Date.now() - this.#lastHeartbeatMs >= this.#options.heartbeatMs;
  }

  async #sendHeartbeat(): Promise<void> {
    const startMs = Date.now();
    const progress = this.#progress;
    const { directive } = await this.#api.heartbeat(progress);
    this.#told = progress;
    this.#lastHeartbeatMs = startMs;
    if (directive !== 'continue') this.#options.onDirective(directive);
  }

  async #sendAll<T>(queue: T[], perCall: number, send: (batch: T[]) => Promise<void>): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, perCall);
      await send(batch).catch((error: unknown) => {
        // A report that the API will never take must not stop those behind it, nor the training.
        if (!(error instanceof ApiRefused)) throw error;
        console.error(error.message);
      });
      queue.splice(0, batch.length);
    }
  }

  #end(directive: Directive): void {
    this.#over = true;
    this.#options.onDirective(directive);
  }
}
