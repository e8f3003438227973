import { Paged } from '../paged.ts';
import type { CallOptions, ChangeOptions, Transport } from '../transport.ts';
import type { Answer, Body, Query } from '../types.ts';

export type Model = Answer<'models.get'>;
export type ModelVersion = Answer<'modelVersions.get'>;
export type Alias = Answer<'models.moveAlias'>;
export type Lineage = Answer<'modelVersions.lineage'>;
export type ModelFile = Answer<'modelVersions.files'>['data'][number];

/**
 * Models and their numbered versions; a version is made by a job and never changes, but for its note and tags. A model is named by its
 * id or name, a version by its id or as `model@alias`.
 */
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

  versions(id: string, query: Query<'models.versions'> = {}, options: CallOptions = {}): Paged<ModelVersion> {
    return new Paged(this.#transport, `/v1/models/${id}/versions`, query, options);
  }

  /** A version with the job, datasets and versions that it came from. */
  version(id: string, options: CallOptions = {}): Promise<ModelVersion> {
    return this.#transport.json(`/v1/model-versions/${id}`, options);
  }

  /** All that a version comes from, as a graph; `complete` says whether the bounds ended it. */
  lineage(versionId: string, query: Query<'modelVersions.lineage'> = {}, options: CallOptions = {}): Promise<Lineage> {
    return this.#transport.json(`/v1/model-versions/${versionId}/lineage`, { query, ...options });
  }

  /** What tells two versions apart: metrics of their jobs with units and baselines, config, settings. */
  compare(versionId: string, otherId: string, options: CallOptions = {}): Promise<Answer<'modelVersions.compare'>> {
    return this.#transport.json(`/v1/model-versions/${versionId}/comparison/${otherId}`, options);
  }

  /**
   * How alike two reward models score a dataset, and on comparisons how right each is.
   * @example
   * const { accuracy } = await laurel.models.compareScores('reward@production', candidate, { dataset: heldOut });
   */
  compareScores(
    versionId: string,
    otherId: string,
    request: Body<'modelVersions.compareScores'>,
    options: CallOptions = {},
  ): Promise<Answer<'modelVersions.compareScores'>> {
    const path = `/v1/model-versions/${versionId}/comparison/${otherId}/scores`;
    return this.#transport.json(path, { method: 'POST', json: request, ...options });
  }

  /**
   * Changes the note and the tags of a version; what is left out stays.
   * @example
   * await laurel.models.annotate('reward@production', { note: 'Trained on June.', tags: ['june'] });
   */
  annotate(
    versionId: string,
    changes: Body<'modelVersions.annotate'>,
    options: ChangeOptions = {},
  ): Promise<ModelVersion> {
    return this.#transport.json(`/v1/model-versions/${versionId}`, { method: 'PATCH', json: changes, ...options });
  }

  /**
   * Has `model@alias` stand for a version from now on, or for nothing.
   * @example
   * await laurel.models.moveAlias('reward', 'production', { model_version: id, reason: 'More accurate on held-out posts.' });
   * await laurel.jobs.create({ type: 'ppo', reward_model: 'reward@production', … });
   */
  moveAlias(id: string, alias: string, move: Body<'models.moveAlias'>, options: ChangeOptions = {}): Promise<Alias> {
    return this.#transport.json(`/v1/models/${id}/aliases/${alias}`, { method: 'PUT', json: move, ...options });
  }

  /** What an alias stands for. */
  alias(id: string, alias: string, options: CallOptions = {}): Promise<Alias> {
    return this.#transport.json(`/v1/models/${id}/aliases/${alias}`, options);
  }

  /** What the aliases of a model stand for. */
  async aliases(id: string, options: CallOptions = {}): Promise<Alias[]> {
    return (await this.#transport.json<Answer<'models.aliases'>>(`/v1/models/${id}/aliases`, options)).data;
  }

  /** What an alias has stood for, and why, the newest first. */
  aliasHistory(id: string, alias: string, query: { limit?: number } = {}, options: CallOptions = {}): Paged<Alias> {
    return new Paged(this.#transport, `/v1/models/${id}/aliases/${alias}/history`, query, options);
  }

  /** The files of a version, in Hugging Face's layout. */
  async files(versionId: string, options: CallOptions = {}): Promise<ModelFile[]> {
    const path = `/v1/model-versions/${versionId}/files`;
    return (await this.#transport.json<Answer<'modelVersions.files'>>(path, options)).data;
  }

  /**
   * One file of a version, as a stream.
   * @param from bytes that are there already, left by a download that broke off
   * @example
   * for (const { name } of await laurel.models.files(id))
   *   await writeFile(`tiny/${name}`, await laurel.models.download(id, name));
   */
  async download(
    versionId: string,
    name: string,
    options: CallOptions & { from?: number } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const { from = 0, ...call } = options;
    const headers = { accept: 'application/octet-stream', ...(from > 0 && { range: `bytes=${from}-` }) };
    const path = `/v1/model-versions/${versionId}/files/${encodeURIComponent(name)}`;
    const response = await this.#transport.send(path, { headers, streamed: true, ...call });
    return response.body as ReadableStream<Uint8Array>;
  }
}
