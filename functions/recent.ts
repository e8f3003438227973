const KEPT_MS = 1000;
const MOST_KEPT = 10_000;

/**
 * What was looked up within the last second, so that a flood of scores asks the database for the same rows once a second and not twice a
 * request. This process forgets all of it with every change that it makes; of another's changes it hears within the second.
 */
export class Recent {
  readonly #nowMs: () => number;
  readonly #found = new Map<string, { untilMs: number; value: Promise<unknown> }>();

  constructor(now: () => Date) {
    this.#nowMs = () => now().getTime();
  }

  /** What was found under a name, or is now; what `isKept` is false of is looked up again the next time. */
  find<Value>(name: string, look: () => Promise<Value>, isKept: (value: Value) => boolean): Promise<Value> {
    const known = this.#found.get(name);
    if (known && known.untilMs > this.#nowMs()) return known.value as Promise<Value>;
    if (this.#found.size >= MOST_KEPT) this.#found.clear();
    const value = (async () => look())(); // a query begins anew each time that it is awaited, a promise does not
    const entry = { untilMs: this.#nowMs() + KEPT_MS, value };
    this.#found.set(name, entry); // before it is there: a change that comes meanwhile takes it out again
    const forget = () => {
      if (this.#found.get(name) === entry) this.#found.delete(name);
    };
    value.then((found) => isKept(found) || forget(), forget);
    return value;
  }

  /** After a change. */
  forget(): void {
    this.#found.clear();
  }
}
