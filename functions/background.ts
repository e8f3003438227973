import type { Logger } from 'pino';

const MOST_WAITING = 32;

/** Work that nobody waits for: one at a time, and what comes while too much is waiting is left undone. */
export class Background {
  readonly #log: Logger;
  readonly #waiting: (() => Promise<void>)[] = [];
  #running: Promise<void> | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  offer(work: () => Promise<void>): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#log.warn('work in the background was left undone: too much was waiting');
      return;
    }
    this.#waiting.push(work);
    this.#running ??= this.#drain();
  }

  /** When nothing is left. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Ends when what is running has ended; what waits is left undone. */
  async stop(): Promise<void> {
    this.#waiting.length = 0;
    await this.#running;
  }

  async #drain(): Promise<void> {
    for (let work = this.#waiting.shift(); work; work = this.#waiting.shift()) {
      await work().catch((err: unknown) => this.#log.warn({ err }, 'work in the background failed'));
    }
    this.#running = null;
  }
}
