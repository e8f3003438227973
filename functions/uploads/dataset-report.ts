import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { StoredRow } from './parse-row.ts';

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

/** 48 bits of SHA-256 as a number: what is remembered of each row, so that memory is a few bytes a row. */
const fingerprint = (...texts: string[]): number =>
  createHash('sha256').update(JSON.stringify(texts)).digest().readUIntBE(0, 6);

class Lengths {
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  add(length: number): void {
    this.#count++;
    this.#sum += length;
    this.#min = Math.min(this.#min, length);
    this.#max = Math.max(this.#max, length);
  }

  toJSON() {
    return { mean: this.#sum / this.#count, min: this.#min, max: this.#max };
  }
}

/** Gathers a dataset's report row by row. */
export class ReportBuilder {
  rows = 0;
  #groups = new Set<number>();
  #seen = new Set<number>();
  #duplicates = 0;
  #lengths: Record<string, Lengths> = {};
  #comparisons = 0;
  #longerChosen = 0;
  #splits: Record<string, number> = {};
  /** Votes for the alphabetically first and second summary of each pair of summaries. */
  #votes = new Map<number, [number, number]>();

  add(row: StoredRow): void {
    this.rows++;
    this.#noteDuplicate(row);
    for (const [field, text] of textsOf(row)) {
      this.#lengths[field] ??= new Lengths();
      this.#lengths[field].add(text.length);
    }
    if ('group' in row) this.#groups.add(fingerprint(row.group));
    if ('chosen' in row) this.#noteComparison(row);
  }

  build(): DatasetReport {
    return {
      rows: this.rows,
      groups: this.#groups.size,
      duplicates: this.#duplicates,
      length_characters: Object.fromEntries(
        Object.entries(this.#lengths).map(([field, lengths]) => [field, lengths.toJSON()]),
      ),
      agreement: this.#agreement(),
      longer_wins: this.#comparisons > 0 ? this.#longerChosen / this.#comparisons : null,
      splits: this.#splits,
    };
  }

  #noteDuplicate(row: StoredRow): void {
    const print = fingerprint(...textsOf(row).map(([, text]) => text));
    if (this.#seen.has(print)) this.#duplicates++;
    this.#seen.add(print);
  }

  #noteComparison({ group, chosen, rejected, split }: Extract<StoredRow, { chosen: string }>): void {
    this.#comparisons++;
    if (chosen.length > rejected.length) this.#longerChosen++;
    if (split) this.#splits[split] = (this.#splits[split] ?? 0) + 1;
    const [first, second] = chosen < rejected ? [chosen, rejected] : [rejected, chosen];
    const pair = fingerprint(group, first, second);
    const votes = this.#votes.get(pair) ?? [0, 0];
    votes[chosen === first ? 0 : 1]++;
    this.#votes.set(pair, votes);
  }

  #agreement(): number | null {
    const pairs = (n: number) => (n * (n - 1)) / 2;
    let agreeing = 0;
    let all = 0;
    for (const [first, second] of this.#votes.values()) {
      agreeing += pairs(first) + pairs(second);
      all += pairs(first + second);
    }
    return all > 0 ? agreeing / all : null;
  }
}

function textsOf(row: StoredRow): [field: string, text: string][] {
  if ('text' in row) return [['text', row.text]];
  const prompt: [string, string] = ['prompt', row.prompt.head + row.prompt.post + row.prompt.tail];
  if ('completion' in row) return [prompt, ['completion', row.completion]];
  return [prompt, ['chosen', row.chosen], ['rejected', row.rejected]];
}
