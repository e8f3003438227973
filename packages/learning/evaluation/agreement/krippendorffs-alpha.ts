import { groupBy } from '../statistics/group-by.ts';

/**
 * Krippendorff's α for nominal data with any number of raters and missing ratings: 1 − D_o / D_e (Krippendorff 2011,
 * *Computing Krippendorff's alpha-reliability*, section D). NaN where no unit has two ratings or all say the same.
 *
 * @param units the ratings of each unit
 */
export function krippendorffsAlpha(units: readonly (readonly number[])[]): number {
  const paired = units.filter((ratings) => ratings.length > 1);
  const all = paired.flat();
  const n = all.length;
  const sameOf = (ratings: readonly number[]) => {
    const counts = [...groupBy(ratings, (rating) => rating).values()].map(({ length }) => length);
    return counts.reduce((sum, count) => sum + count * (count - 1), 0);
  };
  const differentOf = (ratings: readonly number[]) => ratings.length * (ratings.length - 1) - sameOf(ratings);
  const observed = paired.reduce((sum, ratings) => sum + differentOf(ratings) / (ratings.length - 1), 0) / n;
  const expected = differentOf(all) / (n * (n - 1));
  return 1 - observed / expected;
}
