import { Readable } from 'node:stream';
import type { Context as HonoContext } from 'hono';

/** Answers a text that is made while it is sent, as a download. */
export function sendText(
  c: HonoContext,
  { name, mediaType }: { name: string; mediaType: string },
  pieces: AsyncGenerator<string>,
): Response {
  const bytes = async function* () {
    for await (const piece of pieces) yield Buffer.from(piece);
  };
  c.header('content-type', mediaType);
  c.header('content-disposition', `attachment; filename="${name}"`);
  return c.body(Readable.toWeb(Readable.from(bytes())) as ReadableStream, 200);
}
