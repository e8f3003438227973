import type { RandomGenerator } from '../random/random-generator.ts';

/** Somebody who compares summaries, not perfectly. */
export interface Labeler {
  name: string;
  /** How strongly a difference of gold score decides: the log-odds of preferring a summary that is better by 1. */
  sharpness: number;
  /** Log-odds for each word that a summary has more than the other. */
  lengthBias: number;
  /** Share of comparisons answered without looking. */
  carelessness: number;
}

export const LABELERS: readonly Labeler[] = [
  { name: 'labeler-1', sharpness: 14, lengthBias: 0, carelessness: 0.02 },
  { name: 'labeler-2', sharpness: 14, lengthBias: 0.02, carelessness: 0.04 },
  { name: 'labeler-3', sharpness: 10, lengthBias: 0.05, carelessness: 0.06 },
  { name: 'labeler-4', sharpness: 10, lengthBias: -0.03, carelessness: 0.06 },
  { name: 'labeler-5', sharpness: 7, lengthBias: 0.08, carelessness: 0.1 },
];

/** A summary as a labeler sees it. */
export interface Judged {
  gold: number;
  words: number;
}

/**
 * The chance that the labeler prefers the first: Bradley & Terry (1952) on gold score plus length bias, mixed with a coin's
 * toss where the labeler does not look.
 */
export function preferenceProbability(labeler: Labeler, first: Judged, second: Judged): number {
  const logOdds = labeler.sharpness * (first.gold - second.gold) + labeler.lengthBias * (first.words - second.words);
  return labeler.carelessness / 2 + (1 - labeler.carelessness) / (1 + Math.exp(-logOdds));
}

/** The labeler's choice (0 the first, 1 the second) with the paper's confidence: 1 to 4 for the first, 6 to 9 for the second, 5 apart is surest. */
export function label(labeler: Labeler, first: Judged, second: Judged, random: RandomGenerator) {
  const probability = preferenceProbability(labeler, first, second);
  const choice: 0 | 1 = random.uniform() < probability ? 0 : 1;
  const sureness = 1 + Math.floor(Math.abs(probability - 0.5) * 7.99); // 1 to 4
  return { choice, confidence: choice === 0 ? 5 - sureness : 5 + sureness };
}
