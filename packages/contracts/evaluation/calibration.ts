import { z } from 'zod';
import { share } from './quantities.ts';

/** How far P(A > B) = σ(r(A) − r(B)) can be taken at its word, over comparisons. */
export const calibration = z.strictObject({
  comparisons: z.number().int(),
  /** By the probability of the summary that scores higher, 0.5 to 1 in steps of 0.05; bins without comparisons are left out. */
  bins: z.array(
    z.strictObject({
      from: z.number(),
      to: z.number(),
      mean_probability: z.number(),
      /** Share in which the summary that scores higher was chosen; a tie counts half. */
      right: share,
    }),
  ),
  /** Mean over comparisons of |share − mean probability| of their bin. */
  expected_calibration_error: z.number(),
  /** What chance alone would make of it if the probabilities were true. */
  expected_calibration_error_by_chance: z.number(),
  /** Mean (1 − P(chosen))²; 0.25 for a coin's toss. */
  brier_score: z.number(),
  /** Mean −log P(chosen), nats; 0.693 for a coin's toss. */
  log_loss: z.number(),
});
export type Calibration = z.infer<typeof calibration>;
