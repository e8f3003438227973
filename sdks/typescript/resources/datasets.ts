import { Paged } from '../paged.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Answer, Item, Query } from '../types.ts';
import { type UploadContent, uploadBody } from '../upload-body.ts';
import { LARGEST_DIRECT_BYTES, type UploadDescription, uploadInParts } from '../upload-in-parts.ts';

export type Dataset = Answer<'datasets.get'>;
export type DatasetDeletion = Answer<'datasets.delete'>;
export type DatasetUpload = Item<'datasetUploads.list'>;
type UploadFormat = NonNullable<UploadDescription['format']>;
/** The format is JSON Lines if none is named; of a file it may be compressed, as gzip or zstd. */
export type DatasetDescription = Required<Query<'datasets.upload'>> & { format?: UploadFormat };

const MEDIA_TYPES: Record<UploadFormat, string> = {
  jsonl: 'application/x-ndjson',
  json: 'application/json',
  csv: 'text/csv',
  text: 'text/plain',
};

/** Rows to learn from, to answer or to score. A dataset never changes once it is ready. */
export class Datasets {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Uploads a dataset; the service checks every row while it arrives. What is known to be larger than 4 MiB goes in parts, of which one
   * that fails is sent again: give a large file as a Blob, which is not read before it is sent. A stream is sent once, in one request.
   * @example
   * await laurel.datasets.upload({ kind: 'demonstrations', name: 'notices' }, [{ prompt: 'Lost: …', completion: '…' }]);
   * await laurel.datasets.upload({ kind: 'text', name: 'books', format: 'text' }, await openAsBlob('books.txt.gz'));
   * @throws {UnprocessableError} whose `errors` name the line and member of every bad row; nothing is kept
   */
  async upload(
    { format = 'jsonl', ...description }: DatasetDescription,
    content: UploadContent,
    options: CallOptions = {},
  ): Promise<Dataset> {
    const body = uploadBody(content);
    if (body instanceof Blob && body.size > LARGEST_DIRECT_BYTES) {
      return this.get(await uploadInParts(this.#transport, { ...description, format }, body, options), options);
    }
    const headers = { 'content-type': MEDIA_TYPES[format] };
    return this.#transport.json('/v1/datasets', { method: 'POST', query: description, body, headers, ...options });
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

  /** All rows in a shape, `plain` if none is named, as JSON Lines or, the plain ones, as CSV. */
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

  /** Receipts of deletions, newest first; that of one dataset where it is named. */
  deletions(query: { dataset?: string; limit?: number } = {}, options: CallOptions = {}): Paged<DatasetDeletion> {
    return new Paged(this.#transport, '/v1/dataset-deletions', query, options);
  }

  /** Uploads in parts, newest first: those that are open, or ended within a day. */
  uploads(query: { limit?: number } = {}, options: CallOptions = {}): Paged<DatasetUpload> {
    return new Paged(this.#transport, '/v1/dataset-uploads', query, options);
  }

  /** Ends an upload in parts that its sender has left, and removes them. @throws {ConflictError} when it is a dataset already */
  abortUpload(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.json(`/v1/dataset-uploads/${id}`, { method: 'DELETE', ...options });
  }
}
