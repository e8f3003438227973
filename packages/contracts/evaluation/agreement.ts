import { z } from 'zod';
import { interval, share } from './quantities.ts';

/** Agreement with and among labelers. Judgements are of the same comparison when group and both texts are the same. */
export const labelerAgreement = z.strictObject({
  /** Comparisons that at least two labelers judged. */
  judged_together: z.number().int(),
  /** Of all pairs of labelers on the same comparison, the share that agree; the interval is a bootstrap by post. Null where there are none. */
  raw: share.nullable(),
  /** Nominal; 0 is chance, 1 is full agreement. Null where it is undefined. */
  krippendorff_alpha: z.strictObject({ value: z.number(), interval }).nullable(),
  /** Of labelers with at least 10 comparisons in common, most in common first. */
  pairs: z.array(
    z.strictObject({
      labelers: z.array(z.string()).min(2).max(2),
      agreement: share,
      /** Null where both always choose the same side. */
      cohens_kappa: z.number().nullable(),
    }),
  ),
  /** The reward model and each labeler, by name; a tie of rewards is a disagreement. */
  reward_model: z.array(z.strictObject({ labeler: z.string(), agreement: share, longer_wins_accuracy: z.number() })),
  /** Against the mode of three or more labelers; null where there is none. Ties among labelers are left out. */
  mode_of_three: z
    .strictObject({
      reward_model: share,
      longer_wins: share,
      /** Of one labeler against the mode of the others, where those are three or more; null where there are none. */
      labeler: share.nullable(),
    })
    .nullable(),
});
export type LabelerAgreement = z.infer<typeof labelerAgreement>;
