import { z } from 'zod';
import { joinLengths, type Lengths, type RowFacts } from './row-facts.ts';
import { VoteTable } from './vote-table.ts';

const lengthStatistics = z.object({ mean: z.number(), min: z.number().int(), max: z.number().int() });

/** What was found in the rows of a dataset. */
export const datasetReport = z.object({
  rows: z.number().int(),
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
  /** Rows of each split that the rows name. */
  splits: z.record(z.string(), z.number().int()),
});
export type DatasetReport = z.infer<typeof datasetReport>;

/** Gathers a dataset's report from what is found in its parts. */
export class ReportBuilder {
  rows = 0;
  #groups = new VoteTable();
  /** Each comparison votes for the summary it chose. */
  #said = new VoteTable();
  #duplicates = 0;
  #lengths: Record<string, Lengths> = {};
  #comparisons = 0;
  #longerChosen = 0;
  #splits: Record<string, number> = {};

  add({ rows, comparisons, longerChosen, lengths, splits, groups, said }: RowFacts): void {
    this.rows += rows;
    this.#comparisons += comparisons;
    this.#longerChosen += longerChosen;
    for (const [field, found] of Object.entries(lengths))
      this.#lengths[field] = joinLengths(this.#lengths[field], found);
    for (const [split, found] of Object.entries(splits)) this.#splits[split] = (this.#splits[split] ?? 0) + found;
    for (const group of groups) this.#groups.add(group, 0);
    for (const print of said) {
      if (this.#said.add(Math.abs(print), print > 0 ? 0 : 1) > 0) this.#duplicates++;
    }
  }

  build(): DatasetReport {
    return {
      rows: this.rows,
      groups: this.#groups.size,
      duplicates: this.#duplicates,
      length_characters: Object.fromEntries(
        Object.entries(this.#lengths).map(([field, { count, sum, min, max }]) => [
          field,
          { mean: sum / count, min, max },
        ]),
      ),
      agreement: this.#comparisons > 0 ? this.#agreement() : null,
      longer_wins: this.#comparisons > 0 ? this.#longerChosen / this.#comparisons : null,
      splits: this.#splits,
    };
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
