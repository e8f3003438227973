import type { DatasetKind, StoredRow } from '@laurel/contracts';
import { readCandidates } from './formats/candidates.ts';
import { readComparison } from './formats/comparisons.ts';
import { readDemonstration } from './formats/demonstrations.ts';
import type { ParsedLine } from './formats/format.ts';
import { readPrompt } from './formats/prompts.ts';
import { readRating } from './formats/ratings.ts';
import { readText } from './formats/text.ts';

/** What the rows of a block are: those of an upload, by their dataset's kind, or what was stored of one before. */
export type RowForm = DatasetKind | 'stored';

const formats: Record<RowForm, (line: object) => ParsedLine> = {
  stored: (line) => ({ row: line as StoredRow }),
  text: readText,
  prompts: readPrompt,
  demonstrations: readDemonstration,
  comparisons: readComparison,
  ratings: readRating,
  candidates: readCandidates,
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a line of an upload. */
export function parseRow(form: RowForm, bytes: Uint8Array): ParsedLine {
  let line: unknown;
  try {
    line = JSON.parse(utf8.decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it is not UTF-8';
    return fault('malformed_json', `The line is not JSON: ${reason}. Send one JSON object a line.`);
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) {
    return fault('not_an_object', 'The line is JSON but no object; send one JSON object a line.');
  }
  return formats[form](line);
}

const fault = (code: string, detail: string): ParsedLine => ({ errors: [{ pointer: '', code, detail }] });
