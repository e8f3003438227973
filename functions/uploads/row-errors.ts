import { Problem, type ProblemError } from '@laurel/contracts';

const LISTED_ERRORS = 1000;

/** What is wrong with some lines: all errors counted by code, the first thousand kept; plain data, like RowFacts. */
export interface RowErrors {
  badLines: number;
  counts: Record<string, number>;
  listed: (ProblemError & { line: number })[];
}

export const noErrors = (): RowErrors => ({ badLines: 0, counts: {}, listed: [] });

/** Notes a bad line. @param line counts from 1 */
export function addBadLine(to: RowErrors, line: number, errors: readonly ProblemError[]): void {
  to.badLines++;
  for (const error of errors) {
    to.counts[error.code] = (to.counts[error.code] ?? 0) + 1;
    if (to.listed.length < LISTED_ERRORS) to.listed.push({ ...error, line });
  }
}

/** Notes what is wrong in lines that follow. @param linesBefore where they begin */
export function addErrors(to: RowErrors, found: RowErrors, linesBefore: number): void {
  to.badLines += found.badLines;
  for (const [code, count] of Object.entries(found.counts)) to.counts[code] = (to.counts[code] ?? 0) + count;
  for (const error of found.listed.slice(0, LISTED_ERRORS - to.listed.length)) {
    to.listed.push({ ...error, line: linesBefore + error.line });
  }
}

/** The answer to an upload with bad rows. @param rows how many lines are not blank */
export function rowsProblem({ badLines, counts, listed }: RowErrors, rows: number): Problem {
  const summary = Object.entries(counts).map(([code, count]) => `${count} ${code}`);
  const [first] = listed;
  const place = `line ${first?.line}${first?.pointer ? ` at ${first.pointer}` : ''}`;
  const detail =
    `${badLines} of ${rows} lines cannot be taken (${summary.join(', ')}), so nothing was kept. ` +
    `The first, ${place}: ${first?.detail}`;
  return new Problem(422, 'invalid_rows', detail, { errors: listed });
}
