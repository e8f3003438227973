import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Item, Query } from '../types.ts';

export type AuditEntry = Item<'auditEntries.list'>;

/** Who asked for what change, and what came of it; with a key of the organisation, in all its projects. */
export class AuditEntries {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query: Omit<Query<'auditEntries.list'>, 'after'> = {}, options: CallOptions = {}): Paged<AuditEntry> {
    return new Paged(this.#transport, '/v1/audit-entries', query, options);
  }

  /** The whole log, or what of it is asked for, as JSON Lines. */
  async export(
    query: Query<'auditEntries.export'> = {},
    options: CallOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#transport.send('/v1/audit-entries/export', { query, streamed: true, ...options });
    return response.body as ReadableStream<Uint8Array>;
  }
}
