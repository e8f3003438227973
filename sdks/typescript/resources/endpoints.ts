import { apiErrorWithin, ConnectionError } from '../errors.ts';
import { Paged } from '../paged.ts';
import { parseServerSentEvents } from '../server-sent-events.ts';
import type { AskOptions, CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type { Answer, Body, Item } from '../types.ts';

export type Endpoint = Answer<'endpoints.get'>;
export type EndpointVersion = Item<'endpoints.versions'>;
export type Deployment = Item<'endpoints.deployments'>;
export type ShadowReport = Item<'endpoints.shadow'>;

/** Text that a sample has grown by; a sample's deltas, joined, are its text. */
export interface GenerationDelta {
  prompt: number;
  sample: number;
  text: string;
}

export type GenerationNews =
  | { delta: GenerationDelta; answer?: undefined }
  | { answer: Answer<'endpoints.generate'>; delta?: undefined };

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

  /** Publishes a model version as the endpoint's next version, which is live at once unless `live` is false. */
  publish(
    id: string,
    version: Body<'endpoints.publish'>,
    options: ChangeOptions = {},
  ): Promise<Answer<'endpoints.publish'>> {
    return this.#transport.json(`/v1/endpoints/${id}/versions`, { method: 'POST', json: version, ...options });
  }

  versions(id: string, query: { limit?: number } = {}, options: CallOptions = {}): Paged<EndpointVersion> {
    return new Paged(this.#transport, `/v1/endpoints/${id}/versions`, query, options);
  }

  /** Says which versions answer: one that is live, others with a share of the requests, a shadow for the record. */
  route(id: string, traffic: Body<'endpoints.route'>, options: ChangeOptions = {}): Promise<Deployment> {
    return this.#transport.json(`/v1/endpoints/${id}/traffic`, { method: 'PUT', json: traffic, ...options });
  }

  /** Goes back to the version that was live before. */
  rollback(id: string, options: ChangeOptions = {}): Promise<Deployment> {
    return this.#transport.json(`/v1/endpoints/${id}/rollback`, { method: 'POST', ...options });
  }

  /** Which versions answered when, newest first. */
  deployments(id: string, query: { limit?: number } = {}, options: CallOptions = {}): Paged<Deployment> {
    return new Paged(this.#transport, `/v1/endpoints/${id}/deployments`, query, options);
  }

  /** How the scores of shadows differ from those that were answered. */
  async shadow(id: string, options: CallOptions = {}): Promise<ShadowReport[]> {
    return (await this.#transport.json<Answer<'endpoints.shadow'>>(`/v1/endpoints/${id}/shadow`, options)).data;
  }

  /** Has the models of an endpoint in memory, so that the first request need not wait for them. */
  warmUp(id: string, options: CallOptions = {}): Promise<Answer<'endpoints.warmUp'>> {
    return this.#transport.json(`/v1/endpoints/${id}/warm-up`, { method: 'POST', ...options });
  }

  /** Scores completions with a reward model, in the order they are given. */
  score(id: string, request: Body<'endpoints.score'>, options: AskOptions = {}): Promise<Answer<'endpoints.score'>> {
    return this.#ask(id, 'score', request, options);
  }

  /** Says which of two completions a person would prefer, and how probably. */
  compare(
    id: string,
    request: Body<'endpoints.compare'>,
    options: AskOptions = {},
  ): Promise<Answer<'endpoints.compare'>> {
    return this.#ask(id, 'compare', request, options);
  }

  /** Puts completions in order, the best one first. */
  rerank(id: string, request: Body<'endpoints.rerank'>, options: AskOptions = {}): Promise<Answer<'endpoints.rerank'>> {
    return this.#ask(id, 'rerank', request, options);
  }

  /** Samples completions from the endpoint of a policy and has this one choose. */
  bestOfN(
    id: string,
    request: Body<'endpoints.bestOfN'>,
    options: AskOptions = {},
  ): Promise<Answer<'endpoints.bestOfN'>> {
    return this.#ask(id, 'best-of-n', request, options);
  }

  /** Says which sentences of a completion move its score. */
  explain(
    id: string,
    request: Body<'endpoints.explain'>,
    options: AskOptions = {},
  ): Promise<Answer<'endpoints.explain'>> {
    return this.#ask(id, 'explain', request, options);
  }

  /** Samples completions from a policy. */
  generate(
    id: string,
    request: Body<'endpoints.generate'>,
    options: AskOptions = {},
  ): Promise<Answer<'endpoints.generate'>> {
    return this.#ask(id, 'generate', request, options);
  }

  /**
   * The same while it is written: what each sample has grown by, and at the end the whole.
   * @throws {LaurelError} when it breaks off
   * @example
   * for await (const { delta } of laurel.endpoints.stream('writer', { prompts: ['…'] })) process.stdout.write(delta?.text ?? '');
   */
  async *stream(
    id: string,
    request: Body<'endpoints.generate'>,
    options: AskOptions = {},
  ): AsyncGenerator<GenerationNews> {
    const headers = { accept: 'text/event-stream' };
    const path = `/v1/endpoints/${id}/generate`;
    const call = { method: 'POST', json: request, headers, streamed: true, ...options } as const;
    const { body } = await this.#transport.send(path, call);
    for await (const { event, data } of parseServerSentEvents(body as ReadableStream<Uint8Array>)) {
      if (event === 'delta') yield { delta: JSON.parse(data) as GenerationDelta };
      else if (event === 'done') return yield { answer: JSON.parse(data) as Answer<'endpoints.generate'> };
      else if (event === 'error') throw apiErrorWithin(JSON.parse(data) as Parameters<typeof apiErrorWithin>[0]);
    }
    throw new ConnectionError('connection_error', `${path} broke off.`);
  }

  #ask<T>(id: string, verb: string, json: unknown, options: AskOptions): Promise<T> {
    return this.#transport.json(`/v1/endpoints/${id}/${verb}`, { method: 'POST', json, ...options });
  }
}
