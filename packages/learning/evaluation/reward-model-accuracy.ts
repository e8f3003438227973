import type { AccuracyBreakdown, AccuracySlice, ComparisonRow, RewardModelAccuracy } from '@laurel/contracts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { accuracyOf } from '../trainers/reward-model.ts';
import { lengthDifference } from './length-difference.ts';
import { bootstrapInterval, quantile } from './statistics/bootstrap.ts';
import { groupBy } from './statistics/group-by.ts';
import { logisticRegression } from './statistics/logistic-regression.ts';
import { wilsonInterval } from './statistics/share.ts';

/** A comparison with r(chosen) − r(rejected). */
interface Judged {
  row: ComparisonRow;
  margin: number;
}

/** A breakdown's slices; with more values than this the rarest are put together. */
const MAX_SLICES = 16;

/**
 * Share of comparisons that the reward model decides as the labeler did (detail 8: a tie is wrong), overall and within
 * kinds of comparison, with 95 % intervals and that of "longer wins" beside each (Stiennon et al. 2020, section 4.3).
 *
 * @param margins r(chosen) − r(rejected) of each row
 */
export function measureAccuracy(
  rows: readonly ComparisonRow[],
  margins: readonly number[],
  random: RandomGenerator,
): RewardModelAccuracy {
  const judged = rows.map((row, i): Judged => ({ row, margin: margins[i] ?? Number.NaN }));
  const { label: _, ...overall } = measureSlice('all', judged, random);
  const breakdowns = [
    breakDown('split', judged, ({ row }) => row.split, random),
    breakDown('batch', judged, ({ row }) => row.batch, random),
    breakDown('confidence', judged, ({ row }) => row.confidence?.toString(), random),
    byLengthDifference(judged, random),
    breakDown('policies', judged, ({ row }) => row.policies?.toSorted().join(' against '), random),
  ];
  return {
    ...overall,
    margins: [...margins],
    breakdowns: breakdowns.filter(({ slices }) => slices.length > 1),
    preference_regression: regressPreference(judged),
  };
}

function measureSlice(label: string, judged: readonly Judged[], random: RandomGenerator): AccuracySlice {
  const margins = judged.map(({ margin }) => margin);
  const right = margins.filter((margin) => margin > 0).length;
  const posts = [...groupBy(judged, ({ row }) => row.group).values()].map((ofPost) => ({
    right: ofPost.filter(({ margin }) => margin > 0).length,
    all: ofPost.length,
  }));
  const sum = (drawn: readonly { right: number; all: number }[], field: 'right' | 'all') =>
    drawn.reduce((total, post) => total + post[field], 0);
  return {
    label,
    comparisons: judged.length,
    posts: posts.length,
    accuracy: accuracyOf(margins),
    wilson: wilsonInterval(right, judged.length),
    by_post: bootstrapInterval(posts, (drawn) => sum(drawn, 'right') / sum(drawn, 'all'), random.fork(label)),
    longer_wins_accuracy: accuracyOf(judged.map(({ row }) => lengthDifference(row))),
  };
}

/** Slices by a value that the rows carry, in its order; rows without one are left out. */
function breakDown(
  by: AccuracyBreakdown['by'],
  judged: readonly Judged[],
  labelOf: (item: Judged) => string | undefined,
  random: RandomGenerator,
): AccuracyBreakdown {
  const groups = groupBy(judged, labelOf);
  groups.delete(undefined);
  const largestFirst = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  const kept = new Set(largestFirst.slice(0, MAX_SLICES).map(([value]) => value));
  const rest = largestFirst.slice(MAX_SLICES);
  const slices = [...groups.keys()]
    .filter((value): value is string => value !== undefined && kept.has(value))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((value) => measureSlice(value, groups.get(value) ?? [], random.fork(by)));
  if (rest.length > 0) {
    const others = rest.flatMap(([, items]) => items);
    slices.push(measureSlice(`${rest.length} others`, others, random.fork(by)));
  }
  return { by, slices };
}

/** Quarters of the comparisons by how much longer, in characters, the chosen summary is. */
function byLengthDifference(judged: readonly Judged[], random: RandomGenerator): AccuracyBreakdown {
  const differences = judged.map(({ row }) => lengthDifference(row)).toSorted((a, b) => a - b);
  const cuts = [0.25, 0.5, 0.75].map((p) => quantile(differences, p));
  const quarters = groupBy(judged, ({ row }) => cuts.filter((cut) => lengthDifference(row) > cut).length);
  const slices = [...quarters]
    .toSorted(([a], [b]) => a - b)
    .map(([, ofQuarter]) => {
      const within = ofQuarter.map(({ row }) => lengthDifference(row));
      const ends = new Set([Math.min(...within), Math.max(...within)]);
      const label = `${[...ends].map(signed).join(' to ')} characters`;
      return measureSlice(label, ofQuarter, random.fork('length_difference'));
    });
  return { by: 'length_difference', slices };
}

const signed = (value: number) => (value < 0 ? `−${-value}` : `+${value}`);

/**
 * How much the labelers' choices follow the reward at equal length, and length at equal reward. Chosen first or second
 * is a matter of the rows' form, so there is no constant: each comparison says that its difference is preferred.
 */
function regressPreference(judged: readonly Judged[]): RewardModelAccuracy['preference_regression'] {
  const margins = judged.map(({ margin }) => margin);
  const lengths = judged.map(({ row }) => lengthDifference(row));
  const [marginScale, lengthScale] = [rootMeanSquare(margins), rootMeanSquare(lengths)];
  const x = margins.map((margin, i) => [margin / marginScale, (lengths[i] ?? 0) / lengthScale]);
  const fit = logisticRegression({ x, outcomes: x.map(() => 1) });
  if (!fit) return null;
  const [reward = Number.NaN, length = Number.NaN] = fit.coefficients;
  const [rewardError = Number.NaN, lengthError = Number.NaN] = fit.standardErrors;
  return {
    reward: { value: reward, standard_error: rewardError },
    length: { value: length, standard_error: lengthError },
  };
}

/** The standard deviation of differences whose sign is arbitrary. */
const rootMeanSquare = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
