import type { Precision } from './protocol.ts';
import type { Check, Comparison, Measured } from './result.ts';
import { largestDifference } from './statistics.ts';
import type { Work } from './work.ts';

const FROM_COARSE = ['int8', 'bfloat16', 'float32'] as const satisfies Precision[];

/**
 * Compares each of our modes with each of the peers', in the rounds that both have done.
 * @throws {Error} for precisions that the work has no tolerance for
 */
export function checkValues(
  { values, tolerance }: NonNullable<Work['check']>,
  ours: readonly Measured[],
  peers: readonly Measured[],
): Check {
  const comparisons = ours.flatMap((a) =>
    peers.flatMap((b): Comparison[] => {
      if ('failure' in a || 'failure' in b) return [];
      const precision = FROM_COARSE.find((each) => a.precision === each || b.precision === each) ?? 'float32';
      const allowed = tolerance[precision];
      if (allowed === undefined) throw new Error(`the work has no tolerance for ${precision}`);
      const rounds = Math.min(a.rounds.length, b.rounds.length);
      const [left, right] = [a, b].map((side) => side.rounds.slice(0, rounds).flatMap((round) => round.values));
      return [
        {
          ours: a.mode,
          peer: b.mode,
          precision,
          values: left?.length ?? 0,
          largestDifference: largestDifference(left ?? [], right ?? []),
          tolerance: allowed,
        },
      ];
    }),
  );
  return { values, comparisons, agrees: comparisons.every((each) => each.largestDifference <= each.tolerance) };
}
