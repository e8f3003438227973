/** A config.json or its like, read entry by entry. Every complaint names the entry, and what it must be. */
export class ConfigEntries {
  readonly #entries: Record<string, unknown>;
  readonly #path: string;

  private constructor(entries: Record<string, unknown>, path: string) {
    this.#entries = entries;
    this.#path = path;
  }

  /** @throws where the text is no JSON */
  static parse(json: string, file: string): ConfigEntries {
    try {
      return new ConfigEntries(Object(JSON.parse(json)), `${file}: `);
    } catch (cause) {
      throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause });
    }
  }

  /** The entry as it stands; `null`, which transformers writes for "not set", is undefined. */
  get(key: string): unknown {
    return this.#entries[key] ?? undefined;
  }

  /** An entry that has entries of its own; undefined where there is none. */
  within(key: string): ConfigEntries | undefined {
    const value = this.get(key);
    return typeof value === 'object' ? new ConfigEntries(Object(value), `${this.#path}${key}.`) : undefined;
  }

  /** A whole number of at least 1. */
  size(key: string, otherwise?: number): number {
    const value = this.get(key) ?? otherwise;
    if (!Number.isInteger(value) || Number(value) < 1) throw this.#wrong(key, 'a whole number of at least 1', value);
    return Number(value);
  }

  number(key: string, otherwise?: number): number {
    const value = this.get(key) ?? otherwise;
    if (typeof value !== 'number') throw this.#wrong(key, 'a number', value);
    return value;
  }

  flag(key: string, otherwise: boolean): boolean {
    return this.oneOf(key, { true: true, false: false }, `${otherwise}`);
  }

  /** What a setting stands for. Throws where the decoder does not compute it. */
  oneOf<Value>(key: string, meanings: Record<string, Value>, otherwise: string): Value {
    const value = this.get(key) ?? otherwise;
    const word = typeof value === 'string' ? value : JSON.stringify(value);
    if (!Object.hasOwn(meanings, word)) throw this.#wrong(key, Object.keys(meanings).join(' or '), value);
    return meanings[word] as Value;
  }

  /** Throws unless a setting has the only value that the decoder computes. */
  require(key: string, value: unknown): void {
    const found = this.get(key) ?? value;
    if (found !== value) throw this.#wrong(key, JSON.stringify(value), found);
  }

  #wrong(key: string, expected: string, found: unknown): Error {
    return new Error(`${this.#path}${key} must be ${expected}, not ${JSON.stringify(found)}`);
  }
}
