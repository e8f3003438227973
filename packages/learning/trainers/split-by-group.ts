import type { RandomGenerator } from '../random/random-generator.ts';

/** Holds out a share of the groups, and with each all of its rows: no post is on both sides. */
export function splitByGroup<Row extends { group: string }>(
  rows: readonly Row[],
  fraction: number,
  random: RandomGenerator,
): { training: Row[]; validation: Row[] } {
  const groups = random.shuffle([...new Set(rows.map(({ group }) => group))]);
  const heldOut = new Set(groups.slice(0, Math.round(fraction * groups.length)));
  return {
    training: rows.filter(({ group }) => !heldOut.has(group)),
    validation: rows.filter(({ group }) => heldOut.has(group)),
  };
}
