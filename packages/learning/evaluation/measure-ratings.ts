import { type RatingAxis, type RatingRow, type Ratings, ratingAxis } from '@laurel/contracts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { bootstrapInterval } from './statistics/bootstrap.ts';
import { groupBy } from './statistics/group-by.ts';
import { estimateMean } from './statistics/mean.ts';
import { correlationOf, ranksOf } from './statistics/rank-correlation.ts';

/** A rated summary with its predicted reward. */
interface Rated {
  row: RatingRow;
  reward: number;
}

const MAX_POLICIES = 32;

/**
 * What people rate the policies, 1 to 7 on each axis (Stiennon et al. 2020, section 4.1 and appendix C.3), and how far
 * the reward goes with it.
 *
 * @param rewards normalised, of each row
 */
export function measureRatings(
  rows: readonly RatingRow[],
  rewards: readonly number[],
  random: RandomGenerator,
): Ratings {
  const rated = rows.map((row, i): Rated => ({ row, reward: rewards[i] ?? Number.NaN }));
  const byPolicy = groupBy(rated, ({ row }) => row.policy);
  byPolicy.delete(undefined);
  const policies = [...byPolicy]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, MAX_POLICIES)
    .map(([policy = '', own]) => ({
      policy,
      axes: ratingAxis.options.flatMap((axis) => {
        const given = own.flatMap(({ row }) => row.axes[axis] ?? []);
        return given.length > 0 ? [{ axis, rating: estimateMean(given) }] : [];
      }),
      reward: estimateMean(own.map(({ reward }) => reward)),
    }));
  const correlations = ratingAxis.options.flatMap((axis) => correlate(rated, axis, random.fork(axis)));
  return { ratings: rows.length, policies, correlations };
}

function correlate(rated: readonly Rated[], axis: RatingAxis, random: RandomGenerator): Ratings['correlations'] {
  const onAxis = rated.flatMap(({ row, reward }) => {
    const rating = row.axes[axis];
    return rating === undefined ? [] : [{ group: row.group, rating, reward, length: row.completion.trim().length }];
  });
  if (onAxis.length === 0) return [];
  const ratings = ranksOf(onAxis.map(({ rating }) => rating));
  const withRatings = (values: readonly number[], purpose: string) => {
    const ranks = ranksOf(values);
    const posts = [
      ...groupBy(
        onAxis.map((_, i) => i),
        (i) => onAxis[i]?.group,
      ).values(),
    ].map((ofPost) => ofPost.map((i): [number, number] => [ranks[i] ?? 0, ratings[i] ?? 0]));
    const statistic = (drawn: readonly (readonly [number, number][])[]) => correlationOf(drawn.flat());
    const value = statistic(posts);
    return Number.isNaN(value) ? null : { value, interval: bootstrapInterval(posts, statistic, random.fork(purpose)) };
  };
  const reward = withRatings(
    onAxis.map((each) => each.reward),
    'reward',
  );
  const length = withRatings(
    onAxis.map((each) => each.length),
    'length',
  );
  return [{ axis, n: onAxis.length, reward, length }];
}
