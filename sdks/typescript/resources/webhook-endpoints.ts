import { Paged } from '../paged.ts';
import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type { Answer, Body, Item } from '../types.ts';

export type WebhookEndpoint = Answer<'webhookEndpoints.get'>;
export type WebhookEndpointWithSecret = Answer<'webhookEndpoints.create'>;
export type WebhookDelivery = Item<'webhookEndpoints.deliveries'>;

/** URLs that are told what happens in the project. What they receive, `webhooks.unwrap` checks and reads. */
export class WebhookEndpoints {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Everything, unless `event_types` says what. The answer holds the secret, which is never shown again. */
  create(settings: Body<'webhookEndpoints.create'>, options: CallOptions = {}): Promise<WebhookEndpointWithSecret> {
    return this.#transport.json('/v1/webhook-endpoints', { method: 'POST', json: settings, ...options });
  }

  get(id: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.#transport.json(`/v1/webhook-endpoints/${id}`, options);
  }

  list(query: { limit?: number } = {}, options: CallOptions = {}): Paged<WebhookEndpoint> {
    return new Paged(this.#transport, '/v1/webhook-endpoints', query, options);
  }

  /** Changes what is named; `enabled: true` takes up again what was disabled. */
  update(id: string, changes: Body<'webhookEndpoints.update'>, options: ChangeOptions = {}): Promise<WebhookEndpoint> {
    return this.#transport.json(`/v1/webhook-endpoints/${id}`, { method: 'PATCH', json: changes, ...options });
  }

  /** With the log of its deliveries. */
  delete(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.json(`/v1/webhook-endpoints/${id}`, { method: 'DELETE', ...options });
  }

  /** A new secret, beside which the one before signs for a day, or for `overlap_seconds`. */
  rotateSecret(
    id: string,
    query: { overlap_seconds?: number } = {},
    options: CallOptions = {},
  ): Promise<WebhookEndpointWithSecret> {
    return this.#transport.json(`/v1/webhook-endpoints/${id}/rotate-secret`, { method: 'POST', query, ...options });
  }

  /** Sends a ping, in a moment; `deliveries` says what came of it. */
  test(id: string, options: CallOptions = {}): Promise<WebhookDelivery> {
    return this.#transport.json(`/v1/webhook-endpoints/${id}/test`, { method: 'POST', ...options });
  }

  /** Newest first, of the last week, with all tries at each. */
  deliveries(
    id: string,
    query: { limit?: number; state?: WebhookDelivery['state'] } = {},
    options: CallOptions = {},
  ): Paged<WebhookDelivery> {
    return new Paged(this.#transport, `/v1/webhook-endpoints/${id}/deliveries`, query, options);
  }

  /** Sends something once more, under the same id. */
  replay(id: string, delivery: string, options: CallOptions = {}): Promise<WebhookDelivery> {
    const path = `/v1/webhook-endpoints/${id}/deliveries/${delivery}/replay`;
    return this.#transport.json(path, { method: 'POST', ...options });
  }
}
