import { Readable } from 'node:stream';
import type { Context as HonoContext } from 'hono';

/**
 * Answers a text, or its UTF-8, that is made while it is sent, as a download. What fails before the first piece is there is thrown: it has
 * an answer of its own, and not one that breaks off.
 */
export async function sendText(
  c: HonoContext,
  { name, mediaType }: { name: string; mediaType: string },
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<Response> {
  const rest = pieces[Symbol.asyncIterator]();
  const first = await rest.next();
  const bytes = async function* () {
    try {
      for (let next = first; !next.done; next = await rest.next()) {
        yield typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
      }
    } finally {
      await rest.return?.();
    }
  };
  c.header('content-type', mediaType);
  c.header('content-disposition', `attachment; filename="${name}"`);
  return c.body(Readable.toWeb(Readable.from(bytes())) as ReadableStream, 200);
}
