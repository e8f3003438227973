import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Answer, Body, Item } from '../types.ts';

export type Endpoint = Answer<'endpoints.get'>;
export type EndpointVersion = Item<'endpoints.versions'>;

/** Addresses that stay while the model version behind them changes. */
export class Endpoints {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(endpoint: Body<'endpoints.create'>, options: CallOptions = {}): Promise<Endpoint> {
    return this.#transport.json('/v1/endpoints', { method: 'POST', json: endpoint, ...options });
  }

  get(id: string, options: CallOptions = {}): Promise<Endpoint> {
    return this.#transport.json(`/v1/endpoints/${id}`, options);
  }

  list(query: { limit?: number } = {}, options: CallOptions = {}): Paged<Endpoint> {
    return new Paged(this.#transport, '/v1/endpoints', query, options);
  }

  /** Publishes a model version as the endpoint's next version, which is live at once. */
  publish(
    id: string,
    version: Body<'endpoints.publish'>,
    options: CallOptions = {},
  ): Promise<Answer<'endpoints.publish'>> {
    return this.#transport.json(`/v1/endpoints/${id}/versions`, { method: 'POST', json: version, ...options });
  }

  versions(id: string, query: { limit?: number } = {}, options: CallOptions = {}): Paged<EndpointVersion> {
    return new Paged(this.#transport, `/v1/endpoints/${id}/versions`, query, options);
  }

  /** Scores completions with the live reward model, in the order they are given. */
  score(id: string, request: Body<'endpoints.score'>, options: CallOptions = {}): Promise<Answer<'endpoints.score'>> {
    return this.#transport.json(`/v1/endpoints/${id}/score`, { method: 'POST', json: request, ...options });
  }

  /** Samples completions from the live policy. */
  generate(
    id: string,
    request: Body<'endpoints.generate'>,
    options: CallOptions = {},
  ): Promise<Answer<'endpoints.generate'>> {
    return this.#transport.json(`/v1/endpoints/${id}/generate`, { method: 'POST', json: request, ...options });
  }
}
