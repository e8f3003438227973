import type { Interval } from '@laurel/contracts';
import type { RandomGenerator } from '../../random/random-generator.ts';

const RESAMPLES = 1000;

/**
 * The 95 % percentile interval of a statistic by the bootstrap (Efron 1979). Units are drawn with replacement; where
 * observations depend on each other a unit is a group of them, such as all comparisons of a post.
 * @param statistic of the units that were drawn; where it is NaN the resample is left out
 */
export function bootstrapInterval<Unit>(
  units: readonly Unit[],
  statistic: (drawn: readonly Unit[]) => number,
  random: RandomGenerator,
): Interval {
  const values = Array.from({ length: RESAMPLES }, () =>
    statistic(units.map(() => units[random.integer(units.length)] as Unit)),
  ).filter((value) => !Number.isNaN(value));
  values.sort((a, b) => a - b);
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

/** The p-quantile of sorted values, between the two nearest. NaN for none. */
export function quantile(sorted: readonly number[], p: number): number {
  const place = p * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (place - Math.floor(place)) * (above - below);
}
