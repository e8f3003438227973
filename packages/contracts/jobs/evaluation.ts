import { z } from 'zod';
import { common, count, datasetId, modelInput, scheduling } from './fields.ts';

export const evaluationSpec = z.strictObject({
  type: z.literal('evaluation'),
  ...scheduling,
  seed: common.seed,
  reward_model: modelInput,
  /** KL is measured from this policy (SFT); it is sampled and gives the best-of-N samples as well. */
  reference_policy: modelInput,
  /** Other policies to sample, such as PPO's. */
  policies: z.array(modelInput).max(16).default([]),
  /** Held-out prompts and references, of kind `demonstrations`. */
  dataset: datasetId,
  /** Held-out comparisons to measure the reward model's accuracy on. */
  comparisons: datasetId.optional(),
  /** Summaries that people rated, of kind `ratings`, to compare the reward with. */
  ratings: datasetId.optional(),
  /** Prompts and references of another domain, of kind `demonstrations`: the same policies are measured on them as well. */
  transfer_dataset: datasetId.optional(),
  best_of: count.max(64).default(8),
  max_prompts: count.max(10_000).default(200),
  temperature: z.number().positive().max(10).default(0.7),
  response_length: count.max(4096).default(48),
});
