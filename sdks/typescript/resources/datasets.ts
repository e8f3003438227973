import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Answer, Query } from '../types.ts';
import { type UploadContent, uploadBody } from '../upload-body.ts';

export type Dataset = Answer<'datasets.get'>;
export type DatasetDescription = Required<Query<'datasets.upload'>>;

/** Rows to learn from, to answer or to score. A dataset never changes once it is ready. */
export class Datasets {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Uploads a dataset, one JSON row a line; the service checks every row while it arrives.
   * @example await laurel.datasets.upload({ kind: 'demonstrations', name: 'notices' }, [{ prompt: 'Lost: …', completion: '…' }])
   * @throws {UnprocessableError} whose `errors` name the line and member of every bad row; nothing is kept
   */
  upload(description: DatasetDescription, content: UploadContent, options: CallOptions = {}): Promise<Dataset> {
    const headers = { 'content-type': 'application/x-ndjson' };
    return this.#transport.json('/v1/datasets', {
      method: 'POST',
      query: description,
      body: uploadBody(content),
      headers,
      ...options,
    });
  }

  get(id: string, options: CallOptions = {}): Promise<Dataset> {
    return this.#transport.json(`/v1/datasets/${id}`, options);
  }

  list(query: { limit?: number } = {}, options: CallOptions = {}): Paged<Dataset> {
    return new Paged(this.#transport, '/v1/datasets', query, options);
  }

  /** The first rows, in the form that trainers read. */
  rows(
    id: string,
    query: { limit?: number; after?: number } = {},
    options: CallOptions = {},
  ): Promise<Answer<'datasets.rows'>> {
    return this.#transport.json(`/v1/datasets/${id}/rows`, { query, ...options });
  }

  /** Makes the next version: the dataset's rows and these behind them. The one that is appended to stays as it is. */
  append(id: string, content: UploadContent, options: CallOptions = {}): Promise<Dataset> {
    const headers = { 'content-type': 'application/x-ndjson' };
    const body = uploadBody(content);
    return this.#transport.json(`/v1/datasets/${id}/append`, { method: 'POST', body, headers, ...options });
  }

  /** All rows as JSON Lines, in a shape; `plain` if none is named. */
  async export(
    id: string,
    query: Query<'datasets.export'> = {},
    options: CallOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#transport.send(`/v1/datasets/${id}/export`, { query, streamed: true, ...options });
    return response.body as ReadableStream<Uint8Array>;
  }

  /** What is gone, and what depended on it. @throws {ConflictError} while a job that has not ended needs it */
  delete(id: string, options: CallOptions = {}): Promise<Answer<'datasets.delete'>> {
    return this.#transport.json(`/v1/datasets/${id}`, { method: 'DELETE', ...options });
  }
}
