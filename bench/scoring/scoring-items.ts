import type { ComparisonRow } from '@laurel/contracts';
import type { ScoringItem } from '@laurel/learning';
import { groupBy } from '../../packages/learning/evaluation/statistics/group-by.ts';

/** Of every post. */
const CANDIDATES = 4;

/**
 * One item a post: the summaries that were written for it and then those of the posts after it, until there are `CANDIDATES`; all
 * different. Texts are trimmed, so that every tokenizer sees the same ones.
 */
export function scoringItems(rows: readonly ComparisonRow[]): ScoringItem[] {
  const posts = [...groupBy(rows, ({ group }) => group).values()];
  const summaries = posts.map((comparisons) => comparisons.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  return posts.flatMap(([first], i) => {
    const candidates = [...summaries.slice(i), ...summaries.slice(0, i)].flat().map((text) => text.trim());
    return first ? [{ prompt: first.prompt, completions: [...new Set(candidates)].slice(0, CANDIDATES) }] : [];
  });
}

/** The items of round i; after the last comes the first again. */
export function roundItems<Item>(items: readonly Item[], count: number, i: number): Item[] {
  return Array.from({ length: count }, (_, k) => items[(i * count + k) % items.length] as Item);
}
