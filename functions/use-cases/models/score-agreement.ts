import type { CompletionScore, Share } from '@laurel/contracts';
import { correlationOf, mean, ranksOf, shareOf } from '@laurel/learning/statistics';

/** A row's completions as two reward models score them. */
export interface ScoredTwice {
  completions: string[];
  first: CompletionScore[];
  second: CompletionScore[];
}

export interface ScoreAgreement {
  /** Of normalised scores, which are log-odds of being preferred to the references; differences are second less first. */
  scores: {
    /** 1: the one is the other, stretched and moved; 0: nothing in common. Null where a model scores everything alike. */
    pearson: number | null;
    /** The same of their ranks. */
    spearman: number | null;
    mean_difference: number;
    root_mean_square_difference: number;
    largest_difference: number;
    /** Of each model's scores: what differences are to be held against. */
    standard_deviation: { first: number; second: number };
  };
  /** Of rows with several completions; null where there are none. */
  choices: { same_preferred: Share; by_chance: number } | null;
}

/** How alike two reward models score the same completions. */
export function agreementOf(rows: readonly ScoredTwice[]): ScoreAgreement {
  const pairs = rows.flatMap(({ first, second }) =>
    first.map((one, i) => [one.score, second[i]?.score ?? NaN] as const),
  );
  const [ours, theirs] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
  const differences = pairs.map(([a, b]) => b - a);
  const choices = rows.filter(({ completions }) => completions.length > 1);
  return {
    scores: {
      pearson: finite(correlationOf(pairs)),
      spearman: finite(correlationOf(zip(ranksOf(ours), ranksOf(theirs)))),
      mean_difference: mean(differences),
      root_mean_square_difference: Math.sqrt(mean(differences.map((difference) => difference ** 2))),
      largest_difference: differences.reduce((largest, difference) => Math.max(largest, Math.abs(difference)), 0),
      standard_deviation: { first: deviationOf(ours), second: deviationOf(theirs) },
    },
    choices:
      choices.length === 0
        ? null
        : {
            same_preferred: shareOf(choices.map(({ first, second }) => Number(bestOf(first) === bestOf(second)))),
            by_chance: mean(choices.map(({ completions }) => 1 / completions.length)),
          },
  };
}

export interface ComparedAccuracy {
  first: Share;
  second: Share;
  /** Share of comparisons whose longer completion, in characters, was chosen. */
  longer_wins: Share;
  /** A coin's toss. */
  by_chance: number;
  /** Comparisons that one of them alone gets right. */
  only_first: number;
  only_second: number;
  /** That these differ so much or more if both were equally accurate: McNemar's test, exact and two-sided. */
  p_value: number;
}

/** How often each model scores the chosen completion, the first one of its row, strictly higher. */
export function comparedAccuracyOf(rows: readonly ScoredTwice[]): ComparedAccuracy {
  const right = rows.map(({ first, second }) => [isRight(first), isRight(second)] as const);
  const onlyFirst = right.filter(([a, b]) => a && !b).length;
  const onlySecond = right.filter(([a, b]) => b && !a).length;
  return {
    first: shareOf(right.map(([a]) => Number(a))),
    second: shareOf(right.map(([, b]) => Number(b))),
    longer_wins: shareOf(rows.map(({ completions: [a = '', b = ''] }) => Number(a.length > b.length))),
    by_chance: 0.5,
    only_first: onlyFirst,
    only_second: onlySecond,
    p_value: evenOdds(onlyFirst, onlySecond),
  };
}

const isRight = ([chosen, rejected]: CompletionScore[]) => (chosen?.raw ?? NaN) > (rejected?.raw ?? NaN);

/** That of a + b tosses of a coin the rarer side comes so seldom, twice, since either might be the rarer one. */
function evenOdds(a: number, b: number): number {
  const n = a + b;
  let term = 2 ** -n; // of n choose 0; n is at most a thousand, for which it is above 0
  let sum = 0;
  for (let k = 0; k <= Math.min(a, b); k++) {
    sum += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * sum);
}

const bestOf = (scores: readonly CompletionScore[]) =>
  scores.reduce((best, { raw }, i) => (raw > (scores[best]?.raw ?? raw) ? i : best), 0);

const deviationOf = (values: readonly number[]) => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

const zip = (a: readonly number[], b: readonly number[]) => a.map((value, i) => [value, b[i] ?? NaN] as const);

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
