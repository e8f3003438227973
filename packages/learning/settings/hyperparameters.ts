import type { PpoHyperparameters, SupervisedHyperparameters } from '@laurel/contracts';

/** The supervised trainers. */
export type SupervisedTask = 'pretrain' | 'sft' | 'reward_model';

/** Every value that a supervised trainer needs, in the names of the API. */
export type SupervisedSettings = Complete<SupervisedHyperparameters>;

/** Every value that PPO needs, in the names of the API. */
export type PpoSettings = Complete<PpoHyperparameters>;

type Complete<T> = { [Name in keyof T]-?: NonNullable<T[Name]> };

/**
 * Stiennon et al. 2020, appendix B: the peak learning rate at 1.3 and at 6.7 billion parameters. Pretraining is not
 * theirs: its two points are GPT-3's (Brown et al. 2020, table 2.1).
 */
const LEARNING_RATES = {
  pretrain: { at1B3: 2e-4, at6B7: 1.2e-4, highest: 2e-3 },
  sft: { at1B3: 6.35e-5, at6B7: 2.83e-5, highest: 1e-3 },
  reward_model: { at1B3: 1.5e-5, at6B7: 5e-6, highest: 1e-3 },
  ppo: { at1B3: 1.5e-5, at6B7: 7e-6, highest: 3e-4 },
} as const;

/** From this size on the paper's batch sizes hold; below it data and models are small, and so are batches. */
const PAPER_SCALE_PARAMETERS = 1e9;

/** Batch sizes of the paper, and those for smaller models. PPO's falls at 6.7 billion parameters. */
const BATCH_SIZES = {
  pretrain: { paper: 512, small: 32 },
  sft: { paper: 128, small: 32 },
  reward_model: { paper: 64, small: 32 },
} as const;

/**
 * The learning rate of a model: the power law through the paper's two sizes, so that smaller models learn faster, up to
 * a highest rate that small models still bear.
 */
export function scaledLearningRate(task: SupervisedTask | 'ppo', parameters: number): number {
  const { at1B3, at6B7, highest } = LEARNING_RATES[task];
  const exponent = Math.log(at1B3 / at6B7) / Math.log(6.7 / 1.3);
  return Math.min(highest, at1B3 * (1.3e9 / parameters) ** exponent);
}

/** Fills in what the caller left out, for a model with so many parameters. */
export function supervisedSettings(
  task: SupervisedTask,
  parameters: number,
  given: SupervisedHyperparameters,
): SupervisedSettings {
  const batchSizes = BATCH_SIZES[task];
  const defaults: SupervisedSettings = {
    learning_rate: scaledLearningRate(task, parameters),
    batch_size: parameters < PAPER_SCALE_PARAMETERS ? batchSizes.small : batchSizes.paper,
    epochs: 1,
    max_gradient_norm: 1,
    weight_decay: task === 'pretrain' ? 0.1 : 0,
    warmup_steps: 0,
  };
  return { ...defaults, ...present(given) };
}

/**
 * Fills in what the caller left out, for a policy with so many parameters: the paper's values, but for models below its
 * scale smaller batches of episodes, several minibatches a batch, and fewer episodes in all.
 */
export function ppoSettings(parameters: number, given: PpoHyperparameters): PpoSettings {
  const small = parameters < PAPER_SCALE_PARAMETERS;
  const batchSize = given.batch_size ?? (small ? 128 : parameters < 6.7e9 ? 512 : 256);
  const defaults: PpoSettings = {
    learning_rate: scaledLearningRate('ppo', parameters),
    batch_size: batchSize,
    minibatch_size: small ? Math.ceil(batchSize / 2) : batchSize,
    epochs: 4,
    total_episodes: small ? 8192 : 1_000_000,
    kl_coefficient: 0.05,
    gamma: 1,
    lambda: 0.95,
    clip_range: 0.2,
    value_clip_range: 0.2,
    value_coefficient: 0.1,
    temperature: 0.7,
    response_length: 48,
    missing_end_penalty: -1,
    max_gradient_norm: 1,
  };
  return { ...defaults, ...present(given) };
}

/** Without the members that are undefined, which would hide defaults. */
function present<T extends object>(given: T): Partial<Complete<T>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Complete<T>>;
}

/** Adam's constants: the usual ones, and PPO's larger ε (the paper's code). */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ppoEpsilon: 1e-5 } as const;

/**
 * Tokens computed at once when training and scoring. A batch with more is computed in parts whose gradients are added:
 * memory stays bounded, the result is the same.
 */
export const TOKENS_PER_PASS = 4096;

/** Tokens held at once in sampling: prompts, and room for every sample's new tokens. */
export const TOKENS_PER_DECODING = 16_384;
