import { groupBy } from './group-by.ts';

/** 1 for the smallest; equal values share the mean of their ranks. */
export function ranksOf(values: readonly number[]): number[] {
  const places = groupBy(
    values.map((_, i) => i),
    (i) => values[i] ?? Number.NaN,
  );
  const ranks: number[] = values.map(() => 0);
  let before = 0;
  for (const [, indices] of [...places].toSorted(([a], [b]) => a - b)) {
    for (const i of indices) ranks[i] = before + (indices.length + 1) / 2;
    before += indices.length;
  }
  return ranks;
}

/** Pearson's correlation of pairs; of ranks it is Spearman's. NaN where one side is always the same. */
export function correlationOf(pairs: readonly (readonly [number, number])[]): number {
  const meanOf = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const centre = [meanOf(0), meanOf(1)] as const;
  let [product, first, second] = [0, 0, 0];
  for (const [a, b] of pairs) {
    product += (a - centre[0]) * (b - centre[1]);
    first += (a - centre[0]) ** 2;
    second += (b - centre[1]) ** 2;
  }
  return product / Math.sqrt(first * second);
}
