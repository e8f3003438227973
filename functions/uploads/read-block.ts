import { linesOf } from './blocks.ts';
import { parseRow, type RowForm } from './parse-row.ts';
import { addBadLine, noErrors, type RowErrors } from './row-errors.ts';
import { addRow, noFacts, type RowFacts } from './row-facts.ts';

export const MAX_LINE_BYTES = 2 ** 20;

/** What was found in a block of an upload's lines. */
export interface ReadBlock {
  /** All lines, and those that are not blank. */
  lines: number;
  rows: number;
  /** The rows in their stored form, JSON Lines; up to the first bad line. */
  stored: Uint8Array<ArrayBuffer>;
  facts: RowFacts;
  /** Lines count from the block's beginning. */
  errors: RowErrors;
}

/** Reads the blocks of uploads, here or elsewhere. A block is given away. */
export type BlockReader = (form: RowForm, block: Uint8Array<ArrayBuffer>) => Promise<ReadBlock>;

const utf8 = new TextEncoder();

/** Checks a block's lines and brings them into their stored form. */
export function readBlock(form: RowForm, block: Uint8Array): ReadBlock {
  const facts = noFacts();
  const errors = noErrors();
  const stored: string[] = [];
  let lines = 0;
  let rows = 0;
  for (const line of linesOf(block)) {
    lines++;
    const isTooLong = line.length > MAX_LINE_BYTES;
    if (!isTooLong && isBlank(line)) continue;
    rows++;
    const parsed = isTooLong ? tooLong : parseRow(form, line);
    if ('errors' in parsed) addBadLine(errors, lines, parsed.errors);
    if ('errors' in parsed || errors.badLines > 0) continue;
    addRow(facts, parsed.row);
    stored.push(JSON.stringify(parsed.row), '\n');
  }
  return { lines, rows, stored: utf8.encode(stored.join('')), facts, errors };
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
