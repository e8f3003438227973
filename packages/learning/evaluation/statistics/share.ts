import type { Interval, Share } from '@laurel/contracts';

/** The 97.5 % point of the normal distribution: 95 % lie within as many standard deviations of the mean. */
export const NORMAL_97_5 = 1.959963984540054;

/**
 * The 95 % score interval of a share (Wilson 1927, *Probable inference, the law of succession, and statistical inference*).
 * It stays within 0 and 1 and has a width even where all or none of the observations are successes.
 */
export function wilsonInterval(successes: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const zz = NORMAL_97_5 ** 2;
  const centre = (successes + zz / 2) / (n + zz);
  const halfWidth = (NORMAL_97_5 / (n + zz)) * Math.sqrt((successes * (n - successes)) / n + zz / 4);
  return { low: Math.max(0, centre - halfWidth), high: Math.min(1, centre + halfWidth) };
}

/** The share of independent outcomes of 1 (success), 0 (failure) or ½ (a tie that counts half). */
export function shareOf(outcomes: readonly number[]): Share {
  const n = outcomes.length;
  const successes = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  return { value: successes / Math.max(1, n), n, interval: wilsonInterval(successes, n) };
}

/** 1 above zero, ½ at zero, 0 below. */
export const winOf = (difference: number): number => (difference > 0 ? 1 : difference === 0 ? 0.5 : 0);
