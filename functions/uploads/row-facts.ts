import { hash } from 'node:crypto';
import type { ComparisonRow, PromptParts, StoredRow } from '@laurel/contracts';

/** 48 bits of SHA-256 as a positive number: what is remembered of a text, so that memory is a few bytes a row. */
const fingerprint = (text: string): number => Number.parseInt(hash('sha256', text).slice(0, 12), 16) || 1;

/** Of texts, in characters. */
export interface Lengths {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** What a dataset's report needs to know of some of its rows; plain data, for it may come from a thread. */
export interface RowFacts {
  rows: number;
  comparisons: number;
  /** Comparisons whose longer summary was chosen. */
  longerChosen: number;
  /** By field. */
  lengths: Record<string, Lengths>;
  /** Rows of each split that the rows name. */
  splits: Map<string, number>;
  /** Fingerprints of the rows' posts. */
  groups: number[];
  /**
   * Fingerprints of what the rows say. That of a comparison does not depend on which of its summaries was chosen, but
   * its sign does.
   */
  said: number[];
}

export const noFacts = (): RowFacts => ({
  rows: 0,
  comparisons: 0,
  longerChosen: 0,
  lengths: {},
  splits: new Map(),
  groups: [],
  said: [],
});

/** Notes a row. */
export function addRow(facts: RowFacts, row: StoredRow): void {
  facts.rows++;
  if ('text' in row) {
    addLength(facts, 'text', row.text.length);
    facts.said.push(fingerprint(row.text));
    return;
  }
  const { group, prompt } = row;
  facts.groups.push(fingerprint(group));
  addLength(facts, 'prompt', prompt.head.length + prompt.post.length + prompt.tail.length);
  if ('chosen' in row) {
    addComparison(facts, row);
    return;
  }
  const completions = 'completions' in row ? row.completions.map(({ text }) => text) : [];
  if ('completion' in row) completions.push(row.completion);
  for (const completion of completions) addLength(facts, 'completion', completion.length);
  facts.said.push(fingerprint([textOf(prompt), ...completions].join('\0')));
}

function addComparison(facts: RowFacts, { prompt, chosen, rejected, split }: ComparisonRow): void {
  facts.comparisons++;
  addLength(facts, 'chosen', chosen.length);
  addLength(facts, 'rejected', rejected.length);
  if (chosen.length > rejected.length) facts.longerChosen++;
  if (split) facts.splits.set(split, (facts.splits.get(split) ?? 0) + 1);
  const post = textOf(prompt);
  if (chosen < rejected) facts.said.push(fingerprint(`${post}\0${chosen}\0${rejected}`));
  else facts.said.push(-fingerprint(`${post}\0${rejected}\0${chosen}`));
}

const textOf = ({ head, post, tail }: PromptParts): string => head + post + tail;

function addLength(facts: RowFacts, field: string, length: number): void {
  facts.lengths[field] = joinLengths(facts.lengths[field], { count: 1, sum: length, min: length, max: length });
}

export function joinLengths(a: Lengths | undefined, b: Lengths): Lengths {
  if (!a) return b;
  return { count: a.count + b.count, sum: a.sum + b.sum, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}
