import { type DatasetKind, ratingAxis } from '@laurel/contracts';

/** A row in its plain shape. */
type PlainRow = Record<string, unknown>;

const COLUMNS: Record<DatasetKind, readonly string[]> = {
  text: ['text'],
  prompts: ['id', 'prompt'],
  demonstrations: ['id', 'prompt', 'completion'],
  comparisons: ['id', 'prompt', 'chosen', 'rejected', 'margin'],
  ratings: ['id', 'prompt', 'completion', 'policy', 'worker', ...ratingAxis.options],
  candidates: ['id', 'prompt', 'completions'],
};

/** The first line of a dataset's rows as CSV. */
export const csvHeader = (kind: DatasetKind): string => `${COLUMNS[kind].join(',')}\r\n`;

/** A row as CSV (RFC 4180), as `csvLines` reads it: the axes of a rating are columns of their own, and `completions` is JSON. */
export function csvRow(kind: DatasetKind, row: PlainRow): string {
  const fields: PlainRow = 'axes' in row ? { ...row, ...(row.axes as object) } : row;
  return `${COLUMNS[kind].map((column) => cellOf(fields[column])).join(',')}\r\n`;
}

function cellOf(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
