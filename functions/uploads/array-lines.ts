import { Problem } from '@laurel/contracts';

const [NEWLINE, RETURN, TAB, SPACE, QUOTE, COMMA, OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [
  10, 13, 9, 32, 34, 44, 91, 92, 93, 123, 125,
];

/**
 * A JSON array as JSON Lines, one for each of its elements, cut where they end and not looked into: they are parsed later. Memory is
 * that of a chunk.
 *
 * @throws {Problem} 422 for what is no array, or ends before it is closed
 */
export async function* arrayLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let isClosed = false;
  let isEmpty = true; // nothing of the present element so far
  for await (const chunk of content) {
    const line = new Uint8Array(chunk.length);
    let size = 0;
    for (const byte of chunk) {
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isText = false;
        line[size++] = byte;
        continue;
      }
      if (byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB) continue;
      if (isClosed) throw malformed('something follows its end');
      if (depth === 0) {
        if (byte !== OPEN_ARRAY) throw malformed('it does not begin with [');
        depth = 1;
        continue;
      }
      if (depth === 1 && (byte === COMMA || byte === CLOSE_ARRAY)) {
        if (isEmpty && byte === COMMA) throw malformed('an element is missing before a comma');
        isClosed = byte === CLOSE_ARRAY;
        line[size++] = NEWLINE;
        isEmpty = true;
        continue;
      }
      isEmpty = false;
      if (byte === QUOTE) isText = true;
      else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
      else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
      line[size++] = byte;
    }
    if (size > 0) yield line.subarray(0, size);
  }
  if (!isClosed) throw malformed('it ends before it is closed with ]');
}

const malformed = (reason: string) => new Problem(422, 'malformed_json', `The upload is no JSON array: ${reason}.`);
