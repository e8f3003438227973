import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '@laurel/contracts';

export interface BatchQueueOptions<Item, Result> {
  /** What has to be there before items can be run, such as a model: it says nothing of the pace. What it throws, `run` throws as well. */
  prepare(item: Item): Promise<unknown>;
  /** Results in the order of the items. Never called twice at once. */
  run(batch: readonly Item[]): Promise<readonly Result[]>;
  /** Whether two items may be run together. */
  fitTogether(a: Item, b: Item): boolean;
  /** Characters to be read and written: tokens are only known once the model's tokenizer is loaded. */
  cost(item: Item): number;
  maxBatchCost: number;
  /** Bounds the memory of the line. */
  maxQueuedCost: number;
  /** Who would wait longer than this, at the pace of late, is refused: a line that only grows is of use to nobody. */
  maxWaitSeconds: number;
  /** Hears of every batch when it has been run. */
  onBatch?(batch: BatchFacts): void;
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
/** Turns of the event loop without a new request, microseconds each. */
const QUIET_TURNS = 10;

/** The one line in front of the engine: first come first served, and whoever waits and fits goes along with the first. */
export class BatchQueue<Item, Result> {
  readonly #options: BatchQueueOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #queuedCost = 0;
  #running = false;
  #costPerSecond: number | undefined;

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
      this.#waiting.push({ item, cost, sinceMs: performance.now(), deadlineMs, onTimed, resolve, reject });
      this.#queuedCost += cost;
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
    return this.#costPerSecond ? this.#queuedCost / this.#costPerSecond : 0;
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
      this.#queuedCost -= entry.cost;
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
      return false;
    });
    this.#queuedCost -= batchCost;
    return batch;
  }

  async #measure(batch: Waiting<Item, Result>[]): Promise<void> {
    const [first] = batch;
    if (first) await this.#options.prepare(first.item).catch(() => {}); // `run` meets it again, and fails those it is for
    const startMs = performance.now();
    await this.#runTogether(batch, startMs);
    const seconds = (performance.now() - startMs) / 1000;
    const cost = batch.reduce((sum, entry) => sum + entry.cost, 0);
    if (cost > 0) this.#notePace(cost / seconds);
    this.#options.onBatch?.({
      requests: batch.length,
      fill: cost / this.#options.maxBatchCost,
      waitedSeconds: (startMs - (first?.sinceMs ?? startMs)) / 1000,
      seconds,
    });
  }

  #notePace(pace: number): void {
    this.#costPerSecond = this.#costPerSecond ? (1 - NEWEST) * this.#costPerSecond + NEWEST * pace : pace;
  }

  async #runTogether(batch: Waiting<Item, Result>[], startMs: number): Promise<void> {
    try {
      const results = await this.#options.run(batch.map(({ item }) => item));
      const modelMs = performance.now() - startMs;
      batch.forEach((entry, i) => {
        entry.onTimed?.({ queueMs: startMs - entry.sinceMs, modelMs });
        entry.resolve(results[i] as Result);
      });
    } catch (error) {
      const [first] = batch;
      if (batch.length === 1) first?.reject(error);
      else for (const entry of batch) await this.#runTogether([entry], startMs); // so that only the culprit fails
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
