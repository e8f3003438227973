import {
  DEFAULT_EPOCHS,
  type DpoHyperparameters,
  type FineTuningHyperparameters,
  PAPER_SCALE_PARAMETERS,
  type RewardModelHyperparameters,
  type SupervisedHyperparameters,
} from '@laurel/contracts';
import type { Lora } from '../model/kernels.ts';
import { loraSettings } from './lora.ts';

/** The supervised trainers. */
export type SupervisedTask = 'pretrain' | 'sft' | 'reward_model' | 'dpo';

/** Every value that a supervised trainer needs, in the names of the API. */
export type SupervisedSettings = Complete<SupervisedHyperparameters>;

/** And those of trainers that start from a model. null: without it. */
export interface FineTuningSettings extends SupervisedSettings {
  lora: Lora | null;
  evaluate_every: number | null;
  patience: number | null;
}

export type RewardModelSettings = FineTuningSettings & { use_margins: boolean; weight_by_confidence: boolean };
export type DpoSettings = FineTuningSettings & { beta: number };

type Complete<T> = { [Name in keyof T]-?: NonNullable<T[Name]> };

/**
 * Stiennon et al. 2020, appendix B: the peak learning rate at 1.3 and at 6.7 billion parameters. Pretraining is not
 * theirs: its two points are GPT-3's (Brown et al. 2020, table 2.1). Nor is DPO: Rafailov et al. 2023, appendix B, have 1e-6 at 6
 * billion, which is taken to grow towards smaller models as the reward model's rate does.
 */
const LEARNING_RATES = {
  pretrain: { at1B3: 2e-4, at6B7: 1.2e-4, highest: 2e-3 },
  sft: { at1B3: 6.35e-5, at6B7: 2.83e-5, highest: 1e-3 },
  reward_model: { at1B3: 1.5e-5, at6B7: 5e-6, highest: 1e-3 },
  dpo: { at1B3: 3e-6, at6B7: 1e-6, highest: 3e-4 },
  ppo: { at1B3: 1.5e-5, at6B7: 7e-6, highest: 3e-4 },
} as const;

/** Adapters bear and need about ten times the rate of whole models (Schulman et al. 2025, "LoRA Without Regret"). */
const LORA_RATE_FACTOR = 10;

/** Batch sizes of the paper, and those for smaller models. PPO's falls at 6.7 billion parameters. */
const BATCH_SIZES = {
  pretrain: { paper: 512, small: 32 },
  sft: { paper: 128, small: 32 },
  reward_model: { paper: 64, small: 32 },
  dpo: { paper: 64, small: 32 },
} as const;

/**
 * The learning rate of a model, or of adapters beside it: the power law through the paper's two sizes, so that smaller models
 * learn faster, up to a highest rate that small models still bear.
 */
export function scaledLearningRate(task: SupervisedTask | 'ppo', parameters: number, lora: Lora | null = null): number {
  const { at1B3, at6B7, highest } = LEARNING_RATES[task];
  const exponent = Math.log(at1B3 / at6B7) / Math.log(6.7 / 1.3);
  return Math.min(highest, (lora ? LORA_RATE_FACTOR : 1) * at1B3 * (1.3e9 / parameters) ** exponent);
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
    epochs: DEFAULT_EPOCHS,
    max_gradient_norm: 1,
    weight_decay: task === 'pretrain' ? 0.1 : 0,
    warmup_steps: 0,
  };
  return { ...defaults, ...present(given) };
}

/** Fills in what the caller left out, for a trainer that starts from a model with so many parameters. */
export function fineTuningSettings(
  task: SupervisedTask,
  parameters: number,
  { lora: givenLora, evaluate_every, patience, ...given }: FineTuningHyperparameters,
): FineTuningSettings {
  const lora = loraSettings(givenLora);
  const learning_rate = given.learning_rate ?? scaledLearningRate(task, parameters, lora);
  return {
    ...supervisedSettings(task, parameters, { ...given, learning_rate }),
    lora,
    evaluate_every: evaluate_every ?? null,
    patience: patience ?? null,
  };
}

/** The same for a reward model. */
export function rewardModelSettings(
  parameters: number,
  { use_margins = false, weight_by_confidence = false, ...given }: RewardModelHyperparameters,
): RewardModelSettings {
  return { ...fineTuningSettings('reward_model', parameters, given), use_margins, weight_by_confidence };
}

/** The same for DPO; β is its paper's default (Rafailov et al. 2023, appendix B, which has 0.5 for TL;DR). */
export function dpoSettings(parameters: number, { beta = 0.1, ...given }: DpoHyperparameters): DpoSettings {
  return { ...fineTuningSettings('dpo', parameters, given), beta };
}

/** Without the members that are undefined, which would hide defaults. */
export function present<T extends object>(given: T): Partial<Complete<T>> {
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
