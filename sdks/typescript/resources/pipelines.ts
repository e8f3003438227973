import { Paged } from '../paged.ts';
import type { CallOptions, Transport, WaitOptions } from '../transport.ts';
import type { Answer, Body } from '../types.ts';

export type Pipeline = Answer<'pipelines.get'>;
export type PipelineSpec = Body<'pipelines.create'>;

/** The paper's loop as one request: SFT, a reward model, PPO and an evaluation, each an ordinary job. */
export class Pipelines {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Queues the first stage. A retry of this call cannot make a second pipeline. */
  create(spec: PipelineSpec, options: WaitOptions = {}): Promise<Pipeline> {
    return this.#transport.json('/v1/pipelines', { method: 'POST', json: spec, ...options });
  }

  get(id: string, options: WaitOptions = {}): Promise<Pipeline> {
    return this.#transport.json(`/v1/pipelines/${id}`, options);
  }

  list(query: { limit?: number } = {}, options: CallOptions = {}): Paged<Pipeline> {
    return new Paged(this.#transport, '/v1/pipelines', query, options);
  }

  /** Begins again at a stage, or else at the first that has not succeeded; those before it stand. */
  restart(
    id: string,
    query: { stage?: Pipeline['stages'][number]['name'] } = {},
    options: CallOptions = {},
  ): Promise<Pipeline> {
    return this.#transport.json(`/v1/pipelines/${id}/restart`, { method: 'POST', query, ...options });
  }

  /** Cancels the stage that is under way, so that none follows. */
  cancel(id: string, options: CallOptions = {}): Promise<Pipeline> {
    return this.#transport.json(`/v1/pipelines/${id}/cancel`, { method: 'POST', ...options });
  }
}
