import { Problem } from '@laurel/contracts';
import { ahead } from './ahead.ts';
import { splitBlocks } from './blocks.ts';
import type { ReportBuilder } from './dataset-report.ts';
import type { RowForm } from './parse-row.ts';
import { type BlockReader, MAX_LINE_BYTES } from './read-block.ts';
import { addErrors, noErrors, rowsProblem } from './row-errors.ts';

const MAX_ROWS = 1_000_000_000;
/** Expanded. */
const MAX_UPLOAD_BYTES = 100e9;

/** Several hundred rows: long enough that handing them over is cheap, short enough that little is in memory. */
export const BLOCK_BYTES = 2 ** 20;
const BLOCKS_AHEAD = 4;

/**
 * The stored form of an upload, as chunks of JSON Lines, and afterwards what was found in it. After the first bad line
 * nothing more is yielded, but the rest is still checked, so that one answer names all that is wrong.
 *
 * @throws {Problem} at the end, 422, when any row is bad or there is none; at once, 413, when it is too large
 */
export async function* storedRows(
  form: RowForm,
  content: AsyncIterable<Uint8Array>,
  report: ReportBuilder,
  readBlock: BlockReader,
): AsyncGenerator<Uint8Array> {
  const errors = noErrors();
  let lines = 0;
  let rows = 0;
  const blocks = splitBlocks(limited(content), { blockBytes: BLOCK_BYTES, maxLineBytes: MAX_LINE_BYTES });
  for await (const block of ahead(blocks, BLOCKS_AHEAD, (bytes) => readBlock(form, bytes))) {
    addErrors(errors, block.errors, lines);
    lines += block.lines;
    rows += block.rows;
    if (errors.badLines > 0) continue;
    if (report.rows + block.rows > MAX_ROWS)
      throw new Problem(413, 'too_large', `A dataset has at most ${MAX_ROWS} rows.`);
    report.add(block.facts);
    yield block.stored;
  }
  if (errors.badLines > 0) throw rowsProblem(errors, rows);
  if (rows === 0) throw new Problem(422, 'empty_upload', 'The upload has no rows; send one JSON object a line.');
}

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
