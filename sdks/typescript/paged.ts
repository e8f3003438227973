import type { CallOptions, Transport } from './transport.ts';

/** One page of a list, newest first. */
export interface Page<T> {
  data: T[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

/** A list that is fetched page by page: iterate over it for every item, or take one `page`. */
export class Paged<T> implements AsyncIterable<T> {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #query: Record<string, string | number | undefined>;
  readonly #options: CallOptions;

  constructor(
    transport: Transport,
    path: string,
    query: Record<string, string | number | undefined> = {},
    options: CallOptions = {},
  ) {
    this.#transport = transport;
    this.#path = path;
    this.#query = query;
    this.#options = options;
  }

  /** The page that follows the item with the id `after`; the first page if left out. */
  page(after?: string): Promise<Page<T>> {
    const query = after === undefined ? this.#query : { ...this.#query, after };
    return this.#transport.json<Page<T>>(this.#path, { query, ...this.#options });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    let page = await this.page();
    yield* page.data;
    while (page.has_more && page.last_id !== null) {
      page = await this.page(page.last_id);
      yield* page.data;
    }
  }
}
