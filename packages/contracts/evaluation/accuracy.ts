import { z } from 'zod';
import { coefficient, interval } from './quantities.ts';

const measured = {
  comparisons: z.number().int(),
  posts: z.number().int(),
  /** Share of comparisons in which the chosen summary scores strictly higher; a coin's toss has 0.5. */
  accuracy: z.number(),
  /** By Wilson, as if comparisons were independent. */
  wilson: interval,
  /** By a bootstrap that draws posts: the comparisons of one post depend on each other. */
  by_post: interval,
  /** Share in which the longer summary, in characters, was chosen. */
  longer_wins_accuracy: z.number(),
};

const accuracySlice = z.strictObject({ label: z.string(), ...measured });
export type AccuracySlice = z.infer<typeof accuracySlice>;

/** What the comparisons are told apart by. */
const accuracyBreakdown = z.strictObject({
  by: z.enum(['split', 'batch', 'confidence', 'length_difference', 'policies']),
  slices: z.array(accuracySlice),
});
export type AccuracyBreakdown = z.infer<typeof accuracyBreakdown>;

export const rewardModelAccuracy = z.strictObject({
  ...measured,
  /** Per comparison, in the dataset's order: reward(chosen) − reward(rejected). */
  margins: z.array(z.number()),
  /** Only those for which the comparisons tell at least two values apart. */
  breakdowns: z.array(accuracyBreakdown),
  /** Logistic regression of the labelers' choices, in log-odds; null where it has no finite solution. */
  preference_regression: z
    .strictObject({
      /** For each standard deviation of the difference in reward. */
      reward: coefficient,
      /** For each standard deviation of the difference in length, in characters. */
      length: coefficient,
    })
    .nullable(),
});
export type RewardModelAccuracy = z.infer<typeof rewardModelAccuracy>;
