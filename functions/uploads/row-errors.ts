import { Problem, type ProblemError } from '@laurel/contracts';

const LISTED_ERRORS = 100;

/** What is wrong with an upload: all errors counted, the first hundred kept. */
export class RowErrors {
  #listed: ProblemError[] = [];
  #counts = new Map<string, number>();
  #badLines = 0;

  get isEmpty(): boolean {
    return this.#badLines === 0;
  }

  add(line: number, errors: readonly ProblemError[]): void {
    this.#badLines++;
    for (const error of errors) {
      this.#counts.set(error.code, (this.#counts.get(error.code) ?? 0) + 1);
      if (this.#listed.length < LISTED_ERRORS) this.#listed.push({ ...error, line });
    }
  }

  /** The answer to an upload with bad rows. */
  toProblem(lines: number): Problem {
    const counts = Array.from(this.#counts, ([code, count]) => `${count} ${code}`).join(', ');
    const [first] = this.#listed;
    const place = `line ${first?.line}${first?.pointer ? ` at ${first.pointer}` : ''}`;
    const detail =
      `${this.#badLines} of ${lines} lines cannot be taken (${counts}), so nothing was kept. ` +
      `The first, ${place}: ${first?.detail}`;
    return new Problem(422, 'invalid_rows', detail, { errors: this.#listed });
  }
}
