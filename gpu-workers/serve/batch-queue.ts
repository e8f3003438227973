import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '@laurel/contracts';

export interface BatchQueueOptions<Item, Result> {
  /** Results in the order of the items. Never called twice at once. */
  run(batch: readonly Item[]): Promise<readonly Result[]>;
  /** Whether two items may be run together. */
  fitTogether(a: Item, b: Item): boolean;
  /** Characters to be read and written: tokens are only known once the model's tokenizer is loaded. */
  cost(item: Item): number;
  maxBatchCost: number;
  maxQueuedCost: number;
}

interface Waiting<Item, Result> {
  item: Item;
  cost: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const BUSY_RETRY_SECONDS = 1;
/** Turns of the event loop without a new request, microseconds each. */
const QUIET_TURNS = 10;

/** The one line in front of the engine: first come first served, and whoever waits and fits goes along with the first. */
export class BatchQueue<Item, Result> {
  readonly #options: BatchQueueOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #queuedCost = 0;
  #running = false;

  constructor(options: BatchQueueOptions<Item, Result>) {
    this.#options = options;
  }

  /** @throws {Problem} 503 `busy` when the queue is full; otherwise what `run` throws for this item. */
  add(item: Item): Promise<Result> {
    const cost = this.#options.cost(item);
    if (this.#waiting.length > 0 && this.#queuedCost + cost > this.#options.maxQueuedCost) {
      throw new Problem(503, 'busy', 'Too much is waiting to be computed; try again in a moment.', {
        retryAfterSeconds: BUSY_RETRY_SECONDS,
      });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, cost, resolve, reject });
      this.#queuedCost += cost;
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      await this.#untilNobodyComes();
      await this.#runTogether(this.#takeBatch());
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

  async #runTogether(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map(({ item }) => item));
      batch.forEach((entry, i) => {
        entry.resolve(results[i] as Result);
      });
    } catch (error) {
      const [first] = batch;
      if (batch.length === 1) first?.reject(error);
      else for (const entry of batch) await this.#runTogether([entry]); // so that only the culprit fails
    }
  }
}
