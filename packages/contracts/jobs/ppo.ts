import { z } from 'zod';
import { common, count, datasetId, modelVersionId, rate } from './fields.ts';

/** PPO's settings, named as the paper and its code name them. Left out: the paper's value. */
const ppoHyperparameters = z.strictObject({
  learning_rate: rate.optional(),
  /** Episodes (prompts sampled) in one iteration. */
  batch_size: count.max(4096).optional(),
  minibatch_size: count.max(4096).optional(),
  /** Passes over each iteration's episodes. */
  epochs: count.max(16).optional(),
  total_episodes: count.max(10_000_000).optional(),
  kl_coefficient: z.number().min(0).optional(),
  gamma: z.number().min(0).max(1).optional(),
  lambda: z.number().min(0).max(1).optional(),
  clip_range: z.number().positive().optional(),
  value_clip_range: z.number().positive().optional(),
  value_coefficient: z.number().min(0).optional(),
  temperature: z.number().positive().max(10).optional(),
  response_length: count.max(4096).optional(),
  /** Replaces the score of a response that has no end of text. */
  missing_end_penalty: z.number().optional(),
  max_gradient_norm: z.number().positive().optional(),
});
export type PpoHyperparameters = z.infer<typeof ppoHyperparameters>;

export const ppoSpec = z.strictObject({
  type: z.literal('ppo'),
  ...common,
  /** The SFT policy: where the policy starts, and the reference that KL is measured from. */
  policy: modelVersionId,
  reward_model: modelVersionId,
  /** A dataset of kind `demonstrations`; only its prompts are used. */
  dataset: datasetId,
  hyperparameters: ppoHyperparameters.default({}),
});
