import type { StoredRow } from './rows.ts';

/** The completions of a row, of a comparison the chosen one first; none where its kind has none. */
export function completionsOf(row: StoredRow): string[] {
  if ('chosen' in row) return [row.chosen, row.rejected];
  if ('completions' in row) return row.completions.map(({ text }) => text);
  return 'completion' in row ? [row.completion] : [];
}
