import { createHash } from 'node:crypto';

/** Content that is hashed while somebody reads it, to tell one upload from another without holding either. */
export class Fingerprint implements AsyncIterableIterator<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #hash = createHash('sha256');

  constructor(content: AsyncIterable<Uint8Array>) {
    this.#chunks = content[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const result = await this.#chunks.next();
    if (!result.done) this.#hash.update(result.value);
    return result;
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#chunks.return?.();
    return { done: true, value: undefined };
  }

  /** SHA-256, hexadecimal, of all of it: reads what nobody has read. */
  async whole(): Promise<string> {
    while (!(await this.next()).done);
    return this.#hash.copy().digest('hex');
  }
}
