import type { ProblemError, StoredRow } from '@laurel/contracts';
import type { z } from 'zod';
import { describeIssue } from '../describe-issue.ts';

/** A line of an upload in the stored form of its dataset's kind, or all that is wrong with it. */
export type ParsedLine = { row: StoredRow } | { errors: ProblemError[] };

/**
 * Reads lines of one format: checks them, then brings them into their stored form. A `transform` of the schema would do
 * the same and take as long as the whole check.
 */
export const format =
  <Line>(schema: z.ZodType<Line>, toRow: (line: Line) => StoredRow) =>
  (line: object): ParsedLine => {
    const parsed = schema.safeParse(line);
    return parsed.success ? { row: toRow(parsed.data) } : { errors: parsed.error.issues.flatMap(describeIssue) };
  };
