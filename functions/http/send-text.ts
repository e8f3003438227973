import { Readable } from 'node:stream';
import type { Context as HonoContext } from 'hono';

/** Answers a text, or its UTF-8, that is made while it is sent, as a download. */
export function sendText(
  c: HonoContext,
  { name, mediaType }: { name: string; mediaType: string },
  pieces: AsyncIterable<string | Uint8Array>,
): Response {
  const bytes = async function* () {
    for await (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  };
  c.header('content-type', mediaType);
  c.header('content-disposition', `attachment; filename="${name}"`);
  return c.body(Readable.toWeb(Readable.from(bytes())) as ReadableStream, 200);
}
