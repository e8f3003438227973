import type { UsageMeasure } from '@laurel/contracts';
import type { Database } from '@laurel/storage';
import { addUsage } from './add-usage.ts';

type Counted = Map<string, Map<UsageMeasure, number>>;

/**
 * Counts what requests use, in memory, so that none of them waits for a write: `flush` writes it, each second and at the end. What was
 * counted since the last flush is lost when the process is killed.
 */
export class UsageMeter {
  readonly #db: Database;
  readonly #now: () => Date;
  #pending: Counted = new Map();
  #flushing: Counted = new Map();
  #running: Promise<void> = Promise.resolve();

  constructor({ db, now }: { db: Database; now: () => Date }) {
    this.#db = db;
    this.#now = now;
  }

  add(projectId: string, measure: UsageMeasure, amount: number): void {
    const ofProject = this.#pending.get(projectId) ?? new Map<UsageMeasure, number>();
    this.#pending.set(projectId, ofProject.set(measure, (ofProject.get(measure) ?? 0) + amount));
  }

  /** What was counted and is not written yet. */
  pending(projectId: string, measures: readonly UsageMeasure[]): number {
    const of = (counted: Counted) =>
      measures.reduce((sum, measure) => sum + (counted.get(projectId)?.get(measure) ?? 0), 0);
    return of(this.#pending) + of(this.#flushing);
  }

  /** Writes what was counted before. A write that fails is tried again with the next one. */
  flush(): Promise<void> {
    this.#running = this.#running.catch(() => {}).then(() => this.#write());
    return this.#running;
  }

  async #write(): Promise<void> {
    const at = this.#now();
    this.#flushing = this.#pending;
    this.#pending = new Map();
    const amounts = [...this.#flushing].flatMap(([projectId, measures]) =>
      Array.from(measures, ([measure, amount]) => ({ projectId, measure, amount })),
    );
    try {
      await addUsage(this.#db, at, amounts);
    } catch (error) {
      for (const { projectId, measure, amount } of amounts) this.add(projectId, measure, amount);
      throw error;
    } finally {
      this.#flushing = new Map();
    }
  }
}
