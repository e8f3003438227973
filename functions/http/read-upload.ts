import type { Readable } from 'node:stream';
import { Problem } from '@laurel/contracts';
import busboy from 'busboy';
import { formatOf, type UploadFormat } from '../uploads/upload-lines.ts';
import { bodyOf } from './body-of.ts';

/** What an upload says of itself, and its file as a stream. */
export interface UploadedFile {
  fields: Record<string, string>;
  format: UploadFormat;
  content: AsyncIterable<Uint8Array>;
}

/**
 * The file of an upload and the fields before it, without holding it in memory: the body itself, or the part `file` of
 * `multipart/form-data` (RFC 7578). The content may be compressed, whether a header says so or not: its first bytes do.
 *
 * @throws {Problem} 400 for a form that cannot be read, 415 for other content types and encodings
 */
export async function readUpload(request: Request): Promise<UploadedFile> {
  const contentType = request.headers.get('content-type') ?? '';
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  const body = bodyOf(request);
  const [mediaType = ''] = contentType.split(';').map((part) => part.trim());
  if (/^(identity|gzip|zstd)$/i.test(encoding)) {
    const format = formatOf(mediaType);
    if (format) return { fields: {}, format, content: body };
    if (/^multipart\/form-data$/i.test(mediaType)) return readForm(body, contentType);
  }
  body.destroy();
  const detail =
    'Send application/x-ndjson, application/json (an array), text/csv, text/plain or multipart/form-data; the same type when the rows are gzip or zstd.';
  throw new Problem(415, 'unsupported_media_type', detail);
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
      form.on('file', (name, file, { mimeType, filename }) => {
        file.on('error', () => {}); // for who reads it, which may not have begun; without a listener it would end the process
        if (name !== 'file') file.resume();
        else resolve({ fields, format: formatOf(mimeType, filename) ?? 'jsonl', content: file });
      });
      form.on('error', malformed);
      form.on('close', () => malformed());
      body.on('error', (error) => form.destroy(error));
      body.pipe(form);
    } catch (error) {
      malformed(error);
    }
  });
}
