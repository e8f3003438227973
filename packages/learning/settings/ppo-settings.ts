import {
  DEFAULT_PPO_EPOCHS,
  DEFAULT_RESPONSE_LENGTH,
  defaultPpoEpisodes,
  PAPER_SCALE_PARAMETERS,
  type PpoHyperparameters,
} from '@laurel/contracts';
import type { Lora } from '../model/kernels.ts';
import { present, scaledLearningRate } from './hyperparameters.ts';
import { loraSettings } from './lora.ts';

/** The settings that null switches off. */
type Optional = 'kl_target' | 'kl_limit' | 'value_clip_range';

/** Every value that PPO needs, in the names of the API. */
export type PpoSettings = {
  [Name in Exclude<keyof PpoHyperparameters, Optional | 'lora'>]-?: NonNullable<PpoHyperparameters[Name]>;
} & { [Name in Optional]: number | null } & { lora: Lora | null };

/**
 * Fills in what the caller left out, for a policy with so many parameters: the paper's values, but for models below its
 * scale smaller batches of episodes, several minibatches a batch, and fewer episodes in all.
 */
export function ppoSettings(parameters: number, { lora: givenLora, ...given }: PpoHyperparameters): PpoSettings {
  const small = parameters < PAPER_SCALE_PARAMETERS;
  const batchSize = given.batch_size ?? (small ? 128 : parameters < 6.7e9 ? 512 : 256);
  const lora = loraSettings(givenLora);
  const defaults: PpoSettings = {
    learning_rate: scaledLearningRate('ppo', parameters, lora),
    batch_size: batchSize,
    minibatch_size: small ? Math.ceil(batchSize / 2) : batchSize,
    epochs: DEFAULT_PPO_EPOCHS,
    total_episodes: defaultPpoEpisodes(parameters),
    kl_coefficient: 0.05,
    kl_target: null,
    kl_horizon: 10_000,
    kl_limit: null,
    gamma: 1,
    lambda: 0.95,
    clip_range: 0.2,
    value_clip_range: 0.2,
    value_coefficient: 0.1,
    temperature: 0.7,
    response_length: DEFAULT_RESPONSE_LENGTH,
    missing_end_penalty: -1,
    whiten_rewards: false,
    subtract_reference_score: false,
    length_penalty: 0,
    max_gradient_norm: 1,
    lora,
  };
  return { ...defaults, ...present(given) };
}
