import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/**
 * The body of a request as a stream, none as an empty one. That its connection was cut is an error for who reads it, whenever that begins;
 * without the listener it would end the process if nobody reads it yet.
 */
export function bodyOf({ body }: Request): Readable {
  if (!body) return Readable.from([]);
  return Readable.fromWeb(body as ReadableStream).on('error', () => {});
}
