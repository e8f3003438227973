import { z } from 'zod';
import { share } from './quantities.ts';

/** How often judges prefer the summary that people chose, on comparisons with a reference that is none of the two. */
export const rougeJudgement = z.strictObject({
  comparisons: z.number().int(),
  judges: z.array(
    z.strictObject({
      judge: z.enum(['rouge_1', 'rouge_2', 'rouge_l', 'reward_model', 'longer_wins']),
      /** A tie counts as wrong. */
      agreement: share,
    }),
  ),
});
export type RougeJudgement = z.infer<typeof rougeJudgement>;
