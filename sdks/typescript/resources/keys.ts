import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Answer, Body, Item } from '../types.ts';

export type Key = Item<'keys.list'>;
export type CreatedKey = Answer<'keys.create'>;

/** Keys of the project that the caller's own key belongs to. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the secret, which is never shown again. */
  create(key: Body<'keys.create'>, options: CallOptions = {}): Promise<CreatedKey> {
    return this.#transport.json('/v1/keys', { method: 'POST', json: key, ...options });
  }

  list(query: { limit?: number } = {}, options: CallOptions = {}): Paged<Key> {
    return new Paged(this.#transport, '/v1/keys', query, options);
  }

  /** From now on the key is refused. */
  revoke(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.json(`/v1/keys/${id}`, { method: 'DELETE', ...options });
  }
}
