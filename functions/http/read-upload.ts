import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Problem } from '@laurel/contracts';
import busboy from 'busboy';

/** What an upload says of itself, and its file as a stream. */
export interface UploadedFile {
  fields: Record<string, string>;
  content: AsyncIterable<Uint8Array>;
}

/**
 * The file of an upload and the fields before it, without holding it in memory: the body itself as
 * `application/x-ndjson`, or the part `file` of `multipart/form-data` (RFC 7578).
 *
 * @throws {Problem} 400 for a form that cannot be read, 415 for other content types
 */
export async function readUpload(request: Request): Promise<UploadedFile> {
  const contentType = request.headers.get('content-type') ?? '';
  const body = request.body ? Readable.fromWeb(request.body as ReadableStream) : Readable.from([]);
  if (/^application\/(x-ndjson|jsonl)\b/i.test(contentType)) return { fields: {}, content: body };
  if (/^multipart\/form-data\b/i.test(contentType)) return readForm(body, contentType);
  body.destroy();
  throw new Problem(415, 'unsupported_media_type', 'Send application/x-ndjson or multipart/form-data.');
}

function readForm(body: Readable, contentType: string): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    const malformed = (cause?: unknown) => {
      const reason = cause instanceof Error ? cause.message : 'it has no part named "file"';
      reject(new Problem(400, 'malformed_form', `The form cannot be read: ${reason}.`, { cause }));
    };
    try {
      const form = busboy({
        headers: { 'content-type': contentType },
        limits: { files: 1, fields: 10, fieldSize: 1024 },
      });
      form.on('field', (name, value) => {
        fields[name] = value;
      });
      form.on('file', (name, file) => (name === 'file' ? resolve({ fields, content: file }) : file.resume()));
      form.on('error', malformed);
      form.on('close', () => malformed());
      body.on('error', (error) => form.destroy(error));
      body.pipe(form);
    } catch (error) {
      malformed(error);
    }
  });
}
