import type { EvaluatedSample, PolicyReport } from '@laurel/contracts';
import { lengthControlledWinRate } from './length-controlled-win-rate.ts';
import { shareOf, winOf } from './statistics/share.ts';

type Sample = Pick<EvaluatedSample, 'prompt' | 'text' | 'reward' | 'tokens'>;

/** Lengths within 10 % count as equal. */
export const isEquallyLong = (a: { tokens: number }, b: { tokens: number }): boolean =>
  Math.abs(Math.log(a.tokens / b.tokens)) <= Math.log(1.1);

/**
 * How often a judge scores samples higher than the references of the same prompts, as they are and at equal length
 * (Stiennon et al. 2020, appendix F).
 *
 * @param references one for each sample, in the same order
 */
export function winRatesAgainst(
  samples: readonly Sample[],
  references: readonly Sample[],
  scoreOf: (sample: Sample) => number,
): NonNullable<PolicyReport['against_reference']> {
  const duels = samples.flatMap((sample, i) => {
    const reference = references[i];
    if (!reference) return [];
    return [
      {
        outcome: winOf(scoreOf(sample) - scoreOf(reference)),
        logLengthRatio: Math.log(sample.tokens / reference.tokens),
        isEqual: isEquallyLong(sample, reference),
      },
    ];
  });
  const outcomes = duels.map(({ outcome }) => outcome);
  const equal = duels.filter(({ isEqual }) => isEqual);
  return {
    win_rate: shareOf(outcomes),
    length_controlled_win_rate: lengthControlledWinRate(
      outcomes,
      duels.map(({ logLengthRatio }) => logLengthRatio),
    ),
    win_rate_at_equal_length: equal.length > 0 ? shareOf(equal.map(({ outcome }) => outcome)) : null,
  };
}
