import type { CallOptions, Transport } from '../transport.ts';
import type { Answer } from '../types.ts';

export type ModelUpload = Answer<'modelUploads.get'>;
/** A file as text, a Blob (such as `fs.openAsBlob` makes), or a stream of bytes, which is sent once only. */
export type ModelFileContent = string | Blob | ReadableStream<Uint8Array>;

/** Models on their way in: a job of type `import` makes a version of one. */
export class ModelUploads {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Begins an upload, which is kept for a day. */
  create(options: CallOptions = {}): Promise<ModelUpload> {
    return this.#transport.json('/v1/model-uploads', { method: 'POST', ...options });
  }

  get(id: string, options: CallOptions = {}): Promise<ModelUpload> {
    return this.#transport.json(`/v1/model-uploads/${id}`, options);
  }

  /**
   * Sends one file; the answer has the SHA-256 of what arrived.
   * @example
   * const { id } = await laurel.modelUploads.create();
   * for (const name of ['config.json', 'tokenizer.json', 'model.safetensors'])
   *   await laurel.modelUploads.putFile(id, name, await openAsBlob(`tiny/${name}`));
   * await laurel.jobs.create({ type: 'import', output_model: 'tiny', source: { type: 'upload', upload: id } });
   * @throws {UnprocessableError} for a name that no model's file has
   */
  putFile(id: string, name: string, content: ModelFileContent, options: CallOptions = {}): Promise<ModelUpload> {
    const headers = { 'content-type': 'application/octet-stream' };
    const path = `/v1/model-uploads/${id}/files/${encodeURIComponent(name)}`;
    return this.#transport.json(path, { method: 'PUT', body: content, headers, ...options });
  }
}
