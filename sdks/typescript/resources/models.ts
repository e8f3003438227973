import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Answer } from '../types.ts';

export type Model = Answer<'models.get'>;
export type ModelVersion = Answer<'modelVersions.get'>;
export type ModelFile = Answer<'modelVersions.files'>['data'][number];

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
