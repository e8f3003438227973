import { z } from 'zod';
import { joinLengths, type Lengths, type RowFacts } from './row-facts.ts';
import { VoteTable } from './vote-table.ts';

const MOST_SPLITS = 100;
const LONGEST_SPLIT = 100;

const lengthStatistics = z.object({ mean: z.number(), min: z.number().int(), max: z.number().int() });

/** What was found in the rows of a dataset. */
export const datasetReport = z.object({
  rows: z.number().int(),
  /** Whether `groups`, `duplicates` and `agreement` are estimated from a sample, to about 0.1 %: of more than two million rows. */
  estimated: z.boolean(),
  /** Different posts. */
  groups: z.number().int(),
  /** Rows that say what an earlier row says. */
  duplicates: z.number().int(),
  /** Of each text field, in characters. */
  length_characters: z.record(z.string(), lengthStatistics),
  /** Of all pairs of judgements on the same two summaries, the share that agree; null where no two were judged twice. */
  agreement: z.number().nullable(),
  /** Share of comparisons whose longer summary was chosen: what a reward model must beat. Null for other kinds. */
  longer_wins: z.number().nullable(),
  /** Rows of each split that the rows name: of the first hundred with names of up to a hundred characters. */
  splits: z.record(z.string(), z.number().int()),
  /** Rows of all other splits. */
  rows_in_other_splits: z.number().int(),
});
export type DatasetReport = z.infer<typeof datasetReport>;

/** Gathers a dataset's report from what is found in its parts. */
export class ReportBuilder {
  rows = 0;
  #groups = new VoteTable();
  /** Each comparison votes for the summary it chose. */
  #said = new VoteTable();
  #lengths: Record<string, Lengths> = {};
  #comparisons = 0;
  #longerChosen = 0;
  #splits = new Map<string, number>();
  #rowsInOtherSplits = 0;

  add({ rows, comparisons, longerChosen, lengths, splits, groups, said }: RowFacts): void {
    this.rows += rows;
    this.#comparisons += comparisons;
    this.#longerChosen += longerChosen;
    for (const [field, found] of Object.entries(lengths))
      this.#lengths[field] = joinLengths(this.#lengths[field], found);
    for (const [split, found] of splits) this.#addSplit(split, found);
    for (const group of groups) this.#groups.add(group, 0);
    for (const print of said) this.#said.add(Math.abs(print), print > 0 ? 0 : 1);
  }

  build(): DatasetReport {
    return {
      rows: this.rows,
      estimated: Math.max(this.#groups.scale, this.#said.scale) > 1,
      groups: this.#groups.size,
      duplicates: this.#duplicates(),
      length_characters: Object.fromEntries(
        Object.entries(this.#lengths).map(([field, { count, sum, min, max }]) => [
          field,
          { mean: sum / count, min, max },
        ]),
      ),
      agreement: this.#comparisons > 0 ? this.#agreement() : null,
      longer_wins: this.#comparisons > 0 ? this.#longerChosen / this.#comparisons : null,
      splits: Object.fromEntries(this.#splits),
      rows_in_other_splits: this.#rowsInOtherSplits,
    };
  }

  #addSplit(name: string, rows: number): void {
    const known = this.#splits.get(name);
    if (known !== undefined || (this.#splits.size < MOST_SPLITS && name.length <= LONGEST_SPLIT)) {
      this.#splits.set(name, (known ?? 0) + rows);
    } else this.#rowsInOtherSplits += rows;
  }

  #duplicates(): number {
    let repeated = 0;
    for (const votes of this.#said.counts()) for (const count of votes) repeated += Math.max(0, count - 1);
    return repeated * this.#said.scale;
  }

  #agreement(): number | null {
    let agreeing = 0;
    let all = 0;
    for (const [first, second] of this.#said.counts()) {
      agreeing += pairs(first) + pairs(second);
      all += pairs(first + second);
    }
    return all > 0 ? agreeing / all : null;
  }
}

/** How many pairs n things make. */
const pairs = (n: number): number => (n * (n - 1)) / 2;
