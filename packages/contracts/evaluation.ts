import { z } from 'zod';

/** One summary and what is known of it. */
export const evaluatedSample = z.strictObject({
  /** Index of the prompt in the evaluation's dataset. */
  prompt: z.number().int(),
  text: z.string(),
  /** Normalised score of the reward model. */
  reward: z.number(),
  /** log π(y|x) − log π_SFT(y|x) of this sample, nats; null where the text was not sampled from a policy. */
  log_ratio: z.number().nullable(),
  tokens: z.number().int(),
});

/** The artifact of an `evaluation` job. */
export const evaluationReport = z.strictObject({
  reward_model_accuracy: z
    .strictObject({
      comparisons: z.number().int(),
      accuracy: z.number(),
      longer_wins_accuracy: z.number(),
      /** Per comparison, in the dataset's order: reward(chosen) − reward(rejected). */
      margins: z.array(z.number()),
    })
    .nullable(),
  /** `reference`, `lead-3`, `sft`, `best-of-8`, then one entry for each policy, named by its model version. */
  policies: z.array(
    z.strictObject({
      name: z.string(),
      mean_reward: z.number(),
      /** Mean of log_ratio over samples; for best-of-N the bound log N − (N−1)/N; null where it has no meaning. */
      kl: z.number().nullable(),
      mean_tokens: z.number(),
      samples: z.array(evaluatedSample),
    }),
  ),
});
export type EvaluationReport = z.infer<typeof evaluationReport>;
