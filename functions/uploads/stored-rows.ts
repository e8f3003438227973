import { type DatasetKind, Problem } from '@laurel/contracts';
import type { ReportBuilder } from './dataset-report.ts';
import { parseRow } from './parse-row.ts';
import { RowErrors } from './row-errors.ts';
import { splitLines } from './split-lines.ts';

const MAX_LINE_BYTES = 2 ** 20;
const MAX_ROWS = 2_000_000;
const MAX_UPLOAD_BYTES = 4 * 2 ** 30;

const CHUNK_CHARACTERS = 2 ** 16;

/**
 * The stored form of an upload, as chunks of JSON Lines, and afterwards what was found in it. After the first bad line
 * nothing more is yielded, but the rest is still checked, so that one answer names all that is wrong.
 *
 * @throws {Problem} at the end, 422, when any row is bad or there is none; at once, 413, when it is too large
 */
export async function* storedRows(
  kind: DatasetKind,
  content: AsyncIterable<Uint8Array>,
  report: ReportBuilder,
): AsyncGenerator<Uint8Array> {
  const errors = new RowErrors();
  let chunk = '';
  let lines = 0;
  for await (const { number, bytes } of splitLines(limited(content), MAX_LINE_BYTES)) {
    if (bytes && isBlank(bytes)) continue;
    lines++;
    const parsed = bytes ? parseRow(kind, bytes) : tooLong;
    if ('errors' in parsed) errors.add(number, parsed.errors);
    if ('errors' in parsed || !errors.isEmpty) continue;
    report.add(parsed.row);
    if (report.rows > MAX_ROWS) throw new Problem(413, 'too_large', `A dataset has at most ${MAX_ROWS} rows.`);
    chunk += `${JSON.stringify(parsed.row)}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (!errors.isEmpty) throw errors.toProblem(lines);
  if (lines === 0) throw new Problem(422, 'empty_upload', 'The upload has no rows; send one JSON object a line.');
  yield Buffer.from(chunk);
}

const tooLong = {
  errors: [
    {
      pointer: '',
      code: 'line_too_long',
      detail: `The line is longer than ${MAX_LINE_BYTES} bytes; send one JSON object a line, each below that.`,
    },
  ],
};

const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);

async function* limited(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_UPLOAD_BYTES) {
      throw new Problem(413, 'too_large', `An upload has at most ${MAX_UPLOAD_BYTES} bytes; split it into datasets.`);
    }
    yield chunk;
  }
}
