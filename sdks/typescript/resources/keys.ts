import { Paged } from '../paged.ts';
import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type { Answer, Body, Item } from '../types.ts';

export type Key = Item<'keys.list'>;
export type CreatedKey = Answer<'keys.create'>;

/** Keys of the project that the caller's own key belongs to; with a key of the organisation, those of all its projects. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the secret, which is never shown again. */
  create(key: Body<'keys.create'>, options: CallOptions = {}): Promise<CreatedKey> {
    return this.#transport.json('/v1/keys', { method: 'POST', json: key, ...options });
  }

  get(id: string, options: CallOptions = {}): Promise<Key> {
    return this.#transport.json(`/v1/keys/${id}`, options);
  }

  /** Changes the name or the end; what is left out stays, `expires_at: null` takes the end away. */
  update(id: string, changes: Body<'keys.update'>, options: ChangeOptions = {}): Promise<Key> {
    return this.#transport.json(`/v1/keys/${id}`, { method: 'PATCH', json: changes, ...options });
  }

  /** Gives the key a new secret, which is in the answer; the old one is taken for a day more, or for `overlap_seconds`. */
  rotate(id: string, query: { overlap_seconds?: number } = {}, options: CallOptions = {}): Promise<CreatedKey> {
    return this.#transport.json(`/v1/keys/${id}/rotate`, { method: 'POST', query, ...options });
  }

  list(query: { limit?: number; project?: string } = {}, options: CallOptions = {}): Paged<Key> {
    return new Paged(this.#transport, '/v1/keys', query, options);
  }

  /** From now on the key is refused. */
  revoke(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.json(`/v1/keys/${id}`, { method: 'DELETE', ...options });
  }
}
