import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '@laurel/contracts';

export interface BatchQueueOptions<Item, Result> {
  /** Never called twice at once. */
  run(batch: readonly Item[]): Promise<Run<Result>>;
  /** Whether two items may be run together. */
  fitTogether(a: Item, b: Item): boolean;
  /** About what an item takes, in characters to be read and written: tokens are only known once the model's tokenizer is loaded. */
  cost(item: Item): number;
  /** What a batch takes besides its items. */
  batchCost: number;
  /** Items of one kind take about as long for the same cost; a batch is of one kind. */
  kind(item: Item): string;
  maxBatchCost: number;
  /** Bounds the memory of the line. */
  maxQueuedCost: number;
  /** Who would wait longer than this, at the pace of late, is refused: a line that only grows is of use to nobody. */
  maxWaitSeconds: number;
  /** Hears of every batch when it has been run. */
  onBatch?(batch: BatchFacts): void;
}

/** What came of a batch. */
export interface Run<Result> {
  /** In the order of the items. */
  results: readonly Result[];
  /** Before it could be computed, as for reading a model: it counts as waiting, and says nothing of the pace. */
  preparingMs: number;
  computingMs: number;
}

/** What is known of a batch that has been run. */
export interface BatchFacts {
  requests: number;
  /** Of the room that a batch has, from 0 to 1; above 1 for a request that alone is larger. */
  fill: number;
  /** How long the one who waited longest did. */
  waitedSeconds: number;
  seconds: number;
}

/** Where an answer's time went: in line, and computing the batch that it was in. */
export interface Timing {
  queueMs: number;
  modelMs: number;
}

interface Waiting<Item, Result> {
  item: Item;
  kind: string;
  cost: number;
  sinceMs: number;
  deadlineMs: number;
  onTimed: ((timing: Timing) => void) | undefined;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const LONGEST_RETRY_SECONDS = 60;
/** Share of the newest batch in the running mean of the pace. */
const NEWEST = 0.2;
/** Kinds whose pace is remembered, the newest ones. */
const MOST_KINDS = 100;
/** Turns of the event loop without a new request, microseconds each. */
const QUIET_TURNS = 10;

/** The one line in front of the engine: first come first served, and whoever waits and fits goes along with the first. */
export class BatchQueue<Item, Result> {
  readonly #options: BatchQueueOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #queuedCost = 0;
  readonly #queuedCostOf = new Map<string, number>();
  #running = false;
  readonly #costPerSecond = new Map<string, number>();

  constructor(options: BatchQueueOptions<Item, Result>) {
    this.#options = options;
  }

  /** Who waits, and for how much, as a share of what may wait. */
  get line(): { requests: number; fill: number } {
    return { requests: this.#waiting.length, fill: this.#queuedCost / this.#options.maxQueuedCost };
  }

  /**
   * @param deadlineMs by `performance.now()`; nothing is computed for who is still in line then
   * @param onTimed hears where the time went, before the result comes
   * @throws {Problem} 503 `busy` when the line is too long; 503 `deadline_exceeded` when it came too late, or would; otherwise what
   *   `run` throws for this item
   */
  add(item: Item, deadlineMs = Number.POSITIVE_INFINITY, onTimed?: (timing: Timing) => void): Promise<Result> {
    const cost = this.#options.cost(item);
    if (this.#waiting.length > 0) this.#refuseInVain(cost, deadlineMs);
    return new Promise((resolve, reject) => {
      const kind = this.#options.kind(item);
      this.#waiting.push({ item, kind, cost, sinceMs: performance.now(), deadlineMs, onTimed, resolve, reject });
      this.#addQueued(kind, cost);
      if (!this.#running) void this.#drain();
    });
  }

  /** The first in line is always taken, so that the pace is measured anew. */
  #refuseInVain(cost: number, deadlineMs: number): void {
    const waitSeconds = this.#waitSeconds();
    if (performance.now() + waitSeconds * 1000 > deadlineMs) throw this.#tooLate();
    if (this.#queuedCost + cost > this.#options.maxQueuedCost || waitSeconds > this.#options.maxWaitSeconds) {
      throw this.#refusal('busy', 'Too much is waiting to be computed; try again in a moment.');
    }
  }

  /** For who comes now, at the pace of late: until what is in line has been computed. */
  #waitSeconds(): number {
    let seconds = 0;
    for (const [kind, cost] of this.#queuedCostOf) {
      const pace = this.#costPerSecond.get(kind);
      if (pace) seconds += cost / pace;
    }
    return seconds;
  }

  /** @param cost below 0 for what leaves the line */
  #addQueued(kind: string, cost: number): void {
    this.#queuedCost += cost;
    const left = (this.#queuedCostOf.get(kind) ?? 0) + cost;
    if (left > 0) this.#queuedCostOf.set(kind, left);
    else this.#queuedCostOf.delete(kind);
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      await this.#untilNobodyComes();
      this.#dropLate();
      const batch = this.#takeBatch();
      if (batch.length > 0) await this.#measure(batch);
    }
    this.#running = false;
  }

  /** Requests that came while the engine computed join: they need some turns of the event loop to be accepted, read and parsed. */
  async #untilNobodyComes(): Promise<void> {
    for (let quietTurns = 0; quietTurns < QUIET_TURNS; quietTurns++) {
      const before = this.#waiting.length;
      await nextTurn();
      if (this.#waiting.length > before) quietTurns = 0;
    }
  }

  /** Whose answer would come too late is told so before anything is computed for it. */
  #dropLate(): void {
    const nowMs = performance.now();
    this.#waiting = this.#waiting.filter((entry) => {
      if (entry.deadlineMs > nowMs) return true;
      this.#addQueued(entry.kind, -entry.cost);
      entry.reject(this.#tooLate());
      return false;
    });
  }

  #takeBatch(): Waiting<Item, Result>[] {
    const options = this.#options;
    const batch: Waiting<Item, Result>[] = [];
    let batchCost = 0;
    this.#waiting = this.#waiting.filter((entry) => {
      const first = batch[0];
      const joins =
        !first || (options.fitTogether(first.item, entry.item) && batchCost + entry.cost <= options.maxBatchCost);
      if (!joins) return true;
      batch.push(entry);
      batchCost += entry.cost;
      this.#addQueued(entry.kind, -entry.cost);
      return false;
    });
    return batch;
  }

  async #measure(batch: Waiting<Item, Result>[]): Promise<void> {
    const [first] = batch;
    const startMs = performance.now();
    const runs = await this.#runTogether(batch, startMs);
    const seconds = sum(runs.map(({ computingMs }) => computingMs)) / 1000;
    const cost = sum(batch.map((entry) => entry.cost));
    if (first && cost > 0 && seconds > 0)
      this.#notePace(first.kind, (cost + runs.length * this.#options.batchCost) / seconds);
    const waitedMs = startMs + (runs[0]?.preparingMs ?? 0) - (first?.sinceMs ?? startMs);
    const facts = {
      requests: batch.length,
      fill: cost / this.#options.maxBatchCost,
      waitedSeconds: waitedMs / 1000,
      seconds,
    };
    setImmediate(() => this.#options.onBatch?.(facts)); // answers go first
  }

  #notePace(kind: string, pace: number): void {
    const before = this.#costPerSecond.get(kind);
    this.#costPerSecond.delete(kind); // now the newest
    this.#costPerSecond.set(kind, before ? (1 - NEWEST) * before + NEWEST * pace : pace);
    const [oldest] = this.#costPerSecond.keys();
    if (this.#costPerSecond.size > MOST_KINDS && oldest !== undefined) this.#costPerSecond.delete(oldest);
  }

  /** The runs that it took: more than one where one of the batch let the others fail. */
  async #runTogether(batch: Waiting<Item, Result>[], startMs: number): Promise<Run<Result>[]> {
    try {
      const run = await this.#options.run(batch.map(({ item }) => item));
      batch.forEach((entry, i) => {
        entry.onTimed?.({ queueMs: startMs + run.preparingMs - entry.sinceMs, modelMs: run.computingMs });
        entry.resolve(run.results[i] as Result);
      });
      return [run];
    } catch (error) {
      const [first] = batch;
      if (batch.length === 1) {
        first?.reject(error);
        return [];
      }
      const runs: Run<Result>[] = [];
      for (const entry of batch) runs.push(...(await this.#runTogether([entry], performance.now()))); // so that only the culprit fails
      return runs;
    }
  }

  #tooLate(): Problem {
    return this.#refusal('deadline_exceeded', 'The answer would have come later than it was wanted.');
  }

  /** To come back when the line has been worked off. */
  #refusal(code: string, detail: string): Problem {
    const retryAfterSeconds = Math.min(Math.max(Math.ceil(this.#waitSeconds()), 1), LONGEST_RETRY_SECONDS);
    return new Problem(503, code, detail, { retryAfterSeconds });
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
