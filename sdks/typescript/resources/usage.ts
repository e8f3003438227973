import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Item, Query } from '../types.ts';

export type UsageOfDay = Item<'usage.list'>;

/** What was used, by day (UTC) and project; with a key of the organisation, of all its projects. */
export class Usage {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Days with use, newest first; those of the last 30 days if no others are named. */
  list(query: Omit<Query<'usage.list'>, 'after'> = {}, options: CallOptions = {}): Paged<UsageOfDay> {
    return new Paged(this.#transport, '/v1/usage', query, options);
  }

  /** The same as one table. */
  async csv(query: Omit<Query<'usage.list'>, 'after' | 'limit'> = {}, options: CallOptions = {}): Promise<string> {
    const headers = { accept: 'text/csv' };
    return (await this.#transport.send('/v1/usage', { query, headers, ...options })).text();
  }
}
