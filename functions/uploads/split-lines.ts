const NEWLINE = 10;

/** One line of an upload; `bytes` is null when the line was longer than the limit and was passed over. */
export interface Line {
  /** Counts from 1. */
  number: number;
  bytes: Uint8Array | null;
}

/**
 * Splits a stream into lines. Memory is bounded by the limit and two chunks: of a line that is too long, what came is
 * let go and the rest is skipped.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  let number = 0;

  const add = (part: Uint8Array) => {
    sizeBytes += part.length;
    if (sizeBytes > maxLineBytes) parts = [];
    else parts.push(part);
  };
  const finish = (): Line => {
    const line = { number: ++number, bytes: sizeBytes > maxLineBytes ? null : Buffer.concat(parts) };
    parts = [];
    sizeBytes = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      add(chunk.subarray(begin, end));
      yield finish();
      begin = end + 1;
    }
    if (begin < chunk.length) add(chunk.subarray(begin));
  }
  if (sizeBytes > 0) yield finish();
}
