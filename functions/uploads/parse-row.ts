import type { ComparisonRow, DatasetKind, DemonstrationRow, ProblemError, RatingRow, TextRow } from '@laurel/contracts';
import type { z } from 'zod';
import { describeIssue } from './describe-issue.ts';
import { comparisonFormat } from './formats/comparisons.ts';
import { demonstrationFormat } from './formats/demonstrations.ts';
import { ratingFormat } from './formats/ratings.ts';
import { textFormat } from './formats/text.ts';

export type StoredRow = TextRow | DemonstrationRow | ComparisonRow | RatingRow;

export type ParsedLine = { row: StoredRow } | { errors: ProblemError[] };

const formats: Record<DatasetKind, (line: object) => z.ZodType<StoredRow>> = {
  text: () => textFormat,
  demonstrations: demonstrationFormat,
  comparisons: comparisonFormat,
  ratings: ratingFormat,
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A line of an upload in the stored form of its dataset's kind, or all that is wrong with it. */
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
  const parsed = formats[kind](line).safeParse(line);
  return parsed.success ? { row: parsed.data } : { errors: parsed.error.issues.flatMap(describeIssue) };
}

const fault = (code: string, detail: string): ParsedLine => ({ errors: [{ pointer: '', code, detail }] });
