import { Readable } from 'node:stream';
import { z } from '@hono/zod-openapi';
import { Problem } from '@laurel/contracts';
import type { Context as HonoContext } from 'hono';
import type { AppEnv } from './app.ts';
import { readByteRange } from './byte-range.ts';
import { problem } from './describe-problems.ts';

/** An artifact as it is downloaded. */
export interface DownloadedFile {
  name: string;
  sha256: string;
  sizeBytes: number;
  /** Of the artifact. */
  key: string;
  mediaType: string;
}

export const fileHeaders = z.object({
  range: z.string().optional(),
  'if-range': z.string().optional(),
  'if-none-match': z.string().optional(),
});

/** The answers to who downloads a file, which has one of these types. */
export function fileResponses(...mediaTypes: string[]) {
  const content = Object.fromEntries(
    mediaTypes.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }]),
  );
  return {
    200: { description: 'The file.', content },
    206: { description: 'The part of it that `Range` asks for.', content },
    304: { description: 'It is the one that `If-None-Match` names.' },
    416: problem('The file does not have the range that `Range` asks for.'),
  };
}

/**
 * Answers a file, or the range of it that is asked for (RFC 9110, sections 13 and 14). The ETag is its SHA-256.
 *
 * @throws {Problem} 416 for a range that it does not have
 */
export function answerFile(
  c: HonoContext<AppEnv>,
  { name, sha256, sizeBytes, key, mediaType }: DownloadedFile,
  asked: z.output<typeof fileHeaders>,
) {
  const { artifacts } = c.get('context');
  const etag = `"${sha256}"`;
  c.header('etag', etag);
  c.header('accept-ranges', 'bytes');
  const { range: wanted, 'if-range': ifRange = etag, 'if-none-match': known } = asked;
  if (known === etag) return c.body(null, 304);

  const range = ifRange === etag ? readByteRange(wanted, sizeBytes) : 'whole';
  if (range === 'unsatisfiable') {
    throw new Problem(416, 'unsatisfiable_range', `${name} has ${sizeBytes} bytes; ask for a range within them.`);
  }
  const { first, last } = range === 'whole' ? { first: 0, last: sizeBytes - 1 } : range;
  c.header('content-type', mediaType);
  c.header('content-length', String(last - first + 1));
  if (range !== 'whole') c.header('content-range', `bytes ${first}-${last}/${sizeBytes}`);
  const bytes = range === 'whole' ? artifacts.read(key) : artifacts.read(key, range);
  return c.body(Readable.toWeb(Readable.from(bytes)) as ReadableStream, range === 'whole' ? 200 : 206);
}
