import { z } from 'zod';
import { interval, meanEstimate, share } from './quantities.ts';

/** One summary and what is known of it. */
const evaluatedSample = z.strictObject({
  /** Index of the prompt in the evaluation's dataset. */
  prompt: z.number().int(),
  text: z.string(),
  /** Normalised score of the reward model. */
  reward: z.number(),
  /** log π(y|x) − log π_SFT(y|x) of this sample, nats; null where the text was not sampled from a policy. */
  log_ratio: z.number().nullable(),
  tokens: z.number().int(),
});
export type EvaluatedSample = z.infer<typeof evaluatedSample>;

const policyReport = z.strictObject({
  name: z.string(),
  mean_reward: z.number(),
  reward_standard_error: z.number().nullable(),
  /** Mean of log_ratio over samples; for best-of-N the bound log N − (N−1)/N; null where it has no meaning. */
  kl: z.number().nullable(),
  /** Null where `kl` is no mean of samples. */
  kl_standard_error: z.number().nullable(),
  mean_tokens: z.number(),
  /** Mean F-measure against the reference, words stemmed. */
  rouge: z.strictObject({ rouge_1: z.number(), rouge_2: z.number(), rouge_l: z.number() }),
  /** Against the reference, each of these null for the reference itself. */
  against_reference: z
    .strictObject({
      /** Share of summaries with the higher reward; a tie counts half. */
      win_rate: share,
      /** What the win rate would be if both were equally long, by a logistic regression on the log ratio of lengths. */
      length_controlled_win_rate: z.strictObject({ value: z.number(), interval }),
      /** The win rate among summaries whose length in tokens is within 10 % of the reference's; null where there is none. */
      win_rate_at_equal_length: share.nullable(),
    })
    .nullable(),
  samples: z.array(evaluatedSample),
});
export type PolicyReport = z.infer<typeof policyReport>;

const bestOfReport = z.strictObject({
  curve: z.array(
    z.strictObject({
      n: z.number().int(),
      /** Mean over prompts of the expected reward of the best of n, over all subsets of the samples. */
      reward: meanEstimate,
      /** log n − (n − 1)/n, nats: KL(best-of-n ‖ SFT) is at most that. */
      kl_bound: z.number(),
    }),
  ),
  /** All samples, the same number for each prompt, prompt by prompt. */
  samples: z.array(evaluatedSample.omit({ log_ratio: true })),
});
export type BestOfReport = z.infer<typeof bestOfReport>;

/** Ways of summarising on the held-out prompts of one dataset. */
export const domain = {
  /** `reference`, `lead-3`, `sft`, `best-of-8`, then one entry for each policy, named by its model version. */
  policies: z.array(policyReport),
  /** SFT, by the best of the first n of its samples. */
  best_of: bestOfReport,
};
