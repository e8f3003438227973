import { pipeline, Readable } from 'node:stream';
import { Problem, ratingAxis } from '@laurel/contracts';
import { CsvError, parse } from 'csv-parse';
import { MAX_LINE_BYTES } from './read-block.ts';

/** Cells that hold JSON, where they do. */
const STRUCTURED = new Set(['messages', 'completions']);
const ROWS_PER_CHUNK = 500;

/**
 * CSV with a header (RFC 4180) as JSON Lines. A column is a field; the axes of a rating are columns of their own; `messages` and
 * `completions` hold JSON. An empty cell is a field that is left out. Rows are counted behind the header.
 *
 * @throws {Problem} 422 naming the line that is not CSV
 */
export async function* csvLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const rows = parse({ bom: true, columns: true, skip_empty_lines: true, max_record_size: MAX_LINE_BYTES });
  pipeline(Readable.from(content, { objectMode: false }), rows, () => {}); // what goes wrong is thrown below
  let lines: string[] = [];
  const take = () => {
    const chunk = Buffer.from(lines.join(''));
    lines = [];
    return chunk;
  };
  try {
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      lines.push(`${JSON.stringify(fieldsOf(row))}\n`);
      if (lines.length === ROWS_PER_CHUNK) yield take();
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Problem(422, 'malformed_csv', `The upload is not CSV with a header: ${error.message}.`, { cause: error });
  }
  yield take();
}

function fieldsOf(row: Record<string, string>): object {
  const fields: Record<string, unknown> = {};
  const axes: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(row)) {
    if (cell === '') continue;
    if (ratingAxis.options.some((axis) => axis === name)) axes[name] = numberIn(cell);
    else if (name === 'margin') fields[name] = numberIn(cell);
    else fields[name] = STRUCTURED.has(name) ? jsonIn(cell) : cell;
  }
  return Object.keys(axes).length > 0 ? { ...fields, axes } : fields;
}

/** What is no number stays as it is, for the schema to object to. */
const numberIn = (cell: string): number | string => (Number.isFinite(Number(cell)) ? Number(cell) : cell);

function jsonIn(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}
