import type { ComparisonRow, LabelerAgreement } from '@laurel/contracts';
import type { RandomGenerator } from '../../random/random-generator.ts';
import { lengthDifference } from '../length-difference.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { groupBy } from '../statistics/group-by.ts';
import { shareOf } from '../statistics/share.ts';
import { cohensKappa } from './cohens-kappa.ts';
import { krippendorffsAlpha } from './krippendorffs-alpha.ts';

/** A labeler's choice between two texts: 0 for the one that sorts first, 1 for the other. */
interface Judgement {
  row: ComparisonRow;
  /** Undefined where the row does not say. */
  labeler: string | undefined;
  choice: number;
  /** The reward model's choice; NaN where both score the same. */
  predicted: number;
  /** What "longer wins" chooses; NaN for equal lengths. */
  longer: number;
}

/** All judgements of one comparison: at most one of each named labeler. */
type Comparison = Judgement[];

const MIN_IN_COMMON = 10;
const MAX_PAIRS = 50;

/**
 * Agreement among labelers, and of the reward model with each of them and with the mode of three or more (Stiennon et al.
 * 2020, section 4.3). Of several judgements of a labeler on one comparison the first counts; judgements that name no
 * labeler are taken to be of different ones.
 *
 * @param margins r(chosen) − r(rejected) of each row
 */
export function measureAgreement(
  rows: readonly ComparisonRow[],
  margins: readonly number[],
  random: RandomGenerator,
): LabelerAgreement {
  const judgements = rows.map((row, i) => toJudgement(row, margins[i] ?? Number.NaN));
  const comparisons = [...groupBy(judgements, ({ row }) => comparisonKey(row)).values()].map(oneOfEachLabeler);
  const posts = [...groupBy(comparisons, ([first]) => first?.row.group).values()];
  return {
    judged_together: comparisons.filter(({ length }) => length > 1).length,
    raw: rawAgreement(posts, random.fork('raw')),
    krippendorff_alpha: alphaOf(posts, random.fork('alpha')),
    pairs: pairsOf(comparisons),
    reward_model: withEachLabeler(comparisons.flat()),
    mode_of_three: withMode(comparisons),
  };
}

function toJudgement(row: ComparisonRow, margin: number): Judgement {
  const choice = row.chosen.trim() < row.rejected.trim() ? 0 : 1;
  const follow = (difference: number) => (difference === 0 ? Number.NaN : difference > 0 ? choice : 1 - choice);
  return { row, labeler: row.worker, choice, predicted: follow(margin), longer: follow(lengthDifference(row)) };
}

const comparisonKey = ({ group, chosen, rejected }: ComparisonRow) =>
  JSON.stringify([group, ...[chosen.trim(), rejected.trim()].toSorted()]);

function oneOfEachLabeler(judgements: Judgement[]): Comparison {
  const seen = new Set<string>();
  return judgements.filter(({ labeler }) => {
    if (labeler === undefined) return true;
    return seen.size < seen.add(labeler).size;
  });
}

const choicesOf = (comparison: Comparison) => comparison.map(({ choice }) => choice);

/** Pairs of judgements on one comparison: [that agree, all]. */
function countPairs(comparison: Comparison): [agreeing: number, all: number] {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const second = choicesOf(comparison).reduce((sum, choice) => sum + choice, 0);
  return [pairs(second) + pairs(comparison.length - second), pairs(comparison.length)];
}

function rawAgreement(posts: Comparison[][], random: RandomGenerator): LabelerAgreement['raw'] {
  const counted = posts.flatMap((ofPost) => {
    const counts = ofPost.map(countPairs);
    const all = counts.reduce((sum, [, n]) => sum + n, 0);
    return all > 0 ? [{ agreeing: counts.reduce((sum, [n]) => sum + n, 0), all }] : [];
  });
  if (counted.length === 0) return null;
  const total = (drawn: readonly (typeof counted)[number][], field: 'agreeing' | 'all') =>
    drawn.reduce((sum, post) => sum + post[field], 0);
  const rate = (drawn: readonly (typeof counted)[number][]) => total(drawn, 'agreeing') / total(drawn, 'all');
  return { value: rate(counted), n: total(counted, 'all'), interval: bootstrapInterval(counted, rate, random) };
}

function alphaOf(posts: Comparison[][], random: RandomGenerator): LabelerAgreement['krippendorff_alpha'] {
  const units = posts
    .map((ofPost) => ofPost.filter(({ length }) => length > 1).map(choicesOf))
    .filter(({ length }) => length > 0);
  const alpha = (drawn: readonly number[][][]) => krippendorffsAlpha(drawn.flat());
  const value = alpha(units);
  return Number.isNaN(value) ? null : { value, interval: bootstrapInterval(units, alpha, random) };
}

function pairsOf(comparisons: Comparison[]): LabelerAgreement['pairs'] {
  const inCommon = new Map<string, { labelers: [string, string]; ratings: [number, number][] }>();
  for (const comparison of comparisons) {
    const named = comparison.filter(({ labeler }) => labeler !== undefined);
    for (const [i, a] of named.entries()) {
      for (const b of named.slice(i + 1)) {
        const [first, second] = (a.labeler ?? '') < (b.labeler ?? '') ? [a, b] : [b, a];
        const labelers: [string, string] = [first.labeler ?? '', second.labeler ?? ''];
        const key = JSON.stringify(labelers);
        const pair = inCommon.get(key) ?? { labelers, ratings: [] };
        pair.ratings.push([first.choice, second.choice]);
        inCommon.set(key, pair);
      }
    }
  }
  return [...inCommon.values()]
    .filter(({ ratings }) => ratings.length >= MIN_IN_COMMON)
    .toSorted((a, b) => b.ratings.length - a.ratings.length)
    .slice(0, MAX_PAIRS)
    .map(({ labelers, ratings }) => ({
      labelers,
      agreement: shareOf(ratings.map(([a, b]) => (a === b ? 1 : 0))),
      cohens_kappa: cohensKappa(ratings),
    }));
}

function withEachLabeler(judgements: Judgement[]): LabelerAgreement['reward_model'] {
  const byLabeler = groupBy(judgements, ({ labeler }) => labeler);
  byLabeler.delete(undefined);
  return [...byLabeler]
    .toSorted(([a], [b]) => (a ?? '').localeCompare(b ?? '', 'en', { numeric: true }))
    .map(([labeler, own]) => ({
      labeler: labeler ?? '',
      agreement: shareOf(own.map(({ choice, predicted }) => (choice === predicted ? 1 : 0))),
      longer_wins_accuracy: shareOf(own.map(({ choice, longer }) => (choice === longer ? 1 : 0))).value,
    }));
}

function withMode(comparisons: Comparison[]): LabelerAgreement['mode_of_three'] {
  const decided = comparisons.flatMap((comparison) => {
    const mode = modeOf(choicesOf(comparison));
    const [first] = comparison;
    return mode === null || !first ? [] : [{ mode, predicted: first.predicted, longer: first.longer }];
  });
  if (decided.length === 0) return null;
  const againstOthers = comparisons.flatMap((comparison) =>
    comparison.flatMap(({ choice }, i) => {
      const mode = modeOf(choicesOf(comparison.toSpliced(i, 1)));
      return mode === null ? [] : [choice === mode ? 1 : 0];
    }),
  );
  return {
    reward_model: shareOf(decided.map(({ mode, predicted }) => (mode === predicted ? 1 : 0))),
    longer_wins: shareOf(decided.map(({ mode, longer }) => (mode === longer ? 1 : 0))),
    labeler: againstOthers.length > 0 ? shareOf(againstOthers) : null,
  };
}

/** What most of three or more say; null for fewer and for a tie. */
function modeOf(choices: readonly number[]): number | null {
  if (choices.length < 3) return null;
  const second = choices.reduce((sum, choice) => sum + choice, 0);
  if (2 * second === choices.length) return null;
  return 2 * second > choices.length ? 1 : 0;
}
