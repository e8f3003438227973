const NEWLINE = 10;

/**
 * Cuts a stream into blocks of whole lines, each of at least `blockBytes` but the last. Memory is bounded by both
 * limits and a chunk: of a line that is too long, no more is kept than shows that it is.
 *
 * @param maxLineBytes without the newline
 */
export async function* splitBlocks(
  chunks: AsyncIterable<Uint8Array>,
  { blockBytes, maxLineBytes }: { blockBytes: number; maxLineBytes: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  /** Of the line that has not ended. */
  let openBytes = 0;

  const keep = (part: Uint8Array) => {
    if (part.length === 0) return; // it would keep its chunk from being let go
    parts.push(part);
    sizeBytes += part.length;
  };

  for await (const chunk of chunks) {
    const ended = chunk.lastIndexOf(NEWLINE) + 1;
    const head = ended > 0 ? chunk.subarray(0, chunk.indexOf(NEWLINE)) : chunk;
    const kept = head.subarray(0, Math.max(0, maxLineBytes + 1 - openBytes));
    keep(kept);
    openBytes += kept.length;
    if (ended === 0) continue;
    keep(chunk.subarray(head.length, ended));
    if (sizeBytes >= blockBytes) {
      yield concat(parts, sizeBytes);
      parts = [];
      sizeBytes = 0;
    }
    const open = chunk.subarray(ended, ended + maxLineBytes + 1);
    keep(open);
    openBytes = open.length;
  }
  if (sizeBytes > 0) yield concat(parts, sizeBytes);
}

/** The lines of a block, without their newlines. */
export function* linesOf(block: Uint8Array): Generator<Uint8Array> {
  let begin = 0;
  for (let end = block.indexOf(NEWLINE); end >= 0; end = block.indexOf(NEWLINE, begin)) {
    yield block.subarray(begin, end);
    begin = end + 1;
  }
  if (begin < block.length) yield block.subarray(begin);
}

/** In memory of its own, so that a block can be handed to a thread without a copy. */
function concat(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(sizeBytes);
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}
