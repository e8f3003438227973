import { z } from 'zod';

/** `queued → running → succeeded | failed`, and `cancelling → cancelled` from anywhere before the end. */
export const jobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelling', 'cancelled']);
export type JobState = z.infer<typeof jobState>;

const TRANSITIONS: Record<JobState, readonly JobState[]> = {
  queued: ['running', 'cancelled', 'failed'],
  running: ['succeeded', 'failed', 'cancelling', 'queued'], // back to queued: its worker died and another may take it
  cancelling: ['cancelled', 'succeeded', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

export const canMove = (from: JobState, to: JobState): boolean => TRANSITIONS[from].includes(to);
export const hasEnded = (state: JobState): boolean => TRANSITIONS[state].length === 0;

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`), `must be an id such as ${prefix}_01k…`);
const datasetId = id('ds');
const modelVersionId = id('mv');
const count = z.number().int().positive();
const rate = z.number().positive().max(1);

/** A GPT-2-style decoder's shape. */
export const architecture = z.strictObject({
  layers: count.max(96),
  width: count.max(16_384),
  heads: count.max(128),
  /** Longest sequence, tokens. */
  context: count.max(32_768),
});
export type Architecture = z.infer<typeof architecture>;

/** What every supervised trainer takes. Left out: the paper's value, scaled to the model's size by the trainer. */
export const supervisedHyperparameters = z.strictObject({
  learning_rate: rate.optional(),
  batch_size: count.max(4096).optional(),
  epochs: z.number().positive().max(100).optional(),
  max_gradient_norm: z.number().positive().optional(),
  weight_decay: z.number().min(0).max(1).optional(),
  warmup_steps: z.number().int().min(0).optional(),
});
export type SupervisedHyperparameters = z.infer<typeof supervisedHyperparameters>;

/** PPO's settings, named as the paper and its code name them. Left out: the paper's value. */
export const ppoHyperparameters = z.strictObject({
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

const common = {
  /** The model that the result becomes a version of; made if it does not exist. */
  output_model: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
};

export const pretrainSpec = z.strictObject({
  type: z.literal('pretrain'),
  ...common,
  /** A dataset of kind `text`. */
  dataset: datasetId,
  architecture,
  /** Size of the byte-level BPE vocabulary trained on the dataset. */
  vocabulary_size: count.min(260).max(200_000),
  hyperparameters: supervisedHyperparameters.default({}),
});

export const sftSpec = z.strictObject({
  type: z.literal('sft'),
  ...common,
  parent: modelVersionId,
  /** A dataset of kind `demonstrations`. */
  dataset: datasetId,
  hyperparameters: supervisedHyperparameters.default({}),
});

export const rewardModelSpec = z.strictObject({
  type: z.literal('reward_model'),
  ...common,
  /** The policy (SFT) whose weights the reward model starts from. */
  parent: modelVersionId,
  /** A dataset of kind `comparisons`. */
  dataset: datasetId,
  /** A dataset of kind `demonstrations`; afterwards its references score 0 on average. */
  reference_dataset: datasetId,
  /** Share of posts held out to measure accuracy. */
  validation_fraction: z.number().min(0).max(0.5).default(0.1),
  hyperparameters: supervisedHyperparameters.default({}),
});

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

export const evaluationSpec = z.strictObject({
  type: z.literal('evaluation'),
  seed: common.seed,
  reward_model: modelVersionId,
  /** KL is measured from this policy (SFT); it is sampled and gives the best-of-N samples as well. */
  reference_policy: modelVersionId,
  /** Other policies to sample, such as PPO's. */
  policies: z.array(modelVersionId).max(16).default([]),
  /** Held-out prompts and references, of kind `demonstrations`. */
  dataset: datasetId,
  /** Held-out comparisons to measure the reward model's accuracy on. */
  comparisons: datasetId.optional(),
  best_of: count.max(64).default(8),
  max_prompts: count.max(10_000).default(200),
  temperature: z.number().positive().max(10).default(0.7),
  response_length: count.max(4096).default(48),
});

export const jobSpec = z.discriminatedUnion('type', [pretrainSpec, sftSpec, rewardModelSpec, ppoSpec, evaluationSpec]);
export type JobSpec = z.infer<typeof jobSpec>;
export type JobType = JobSpec['type'];
export type SpecOf<T extends JobType> = Extract<JobSpec, { type: T }>;
