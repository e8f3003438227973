import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Answer } from '../types.ts';

export type Model = Answer<'models.get'>;
export type ModelVersion = Answer<'modelVersions.get'>;

/** Models and their numbered versions; a version is made by a job and never changes. */
export class Models {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(id: string, options: CallOptions = {}): Promise<Model> {
    return this.#transport.json(`/v1/models/${id}`, options);
  }

  list(query: { limit?: number } = {}, options: CallOptions = {}): Paged<Model> {
    return new Paged(this.#transport, '/v1/models', query, options);
  }

  versions(id: string, query: { limit?: number } = {}, options: CallOptions = {}): Paged<ModelVersion> {
    return new Paged(this.#transport, `/v1/models/${id}/versions`, query, options);
  }

  /** A version with its lineage: the job, datasets and versions that it came from. */
  version(id: string, options: CallOptions = {}): Promise<ModelVersion> {
    return this.#transport.json(`/v1/model-versions/${id}`, options);
  }
}
