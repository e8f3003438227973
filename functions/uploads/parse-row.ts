import type { DatasetKind } from '@laurel/contracts';
import { readCandidates } from './formats/candidates.ts';
import { readComparison } from './formats/comparisons.ts';
import { readDemonstration } from './formats/demonstrations.ts';
import type { ParsedLine } from './formats/format.ts';
import { readPrompt } from './formats/prompts.ts';
import { readRating } from './formats/ratings.ts';
import { readText } from './formats/text.ts';

const formats: Record<DatasetKind, (line: object) => ParsedLine> = {
  text: readText,
  prompts: readPrompt,
  demonstrations: readDemonstration,
  comparisons: readComparison,
  ratings: readRating,
  candidates: readCandidates,
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a line of an upload. */
export function parseRow(kind: DatasetKind, bytes: Uint8Array): ParsedLine {
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
  return formats[kind](line);
}

const fault = (code: string, detail: string): ParsedLine => ({ errors: [{ pointer: '', code, detail }] });
