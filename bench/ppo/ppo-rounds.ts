import type { PpoSettings } from '../../packages/learning/settings/ppo-settings.ts';

/** A run of PPO, the same on both sides; a round is one iteration. */
export interface PpoRounds {
  /** By the names of the API, all of them. */
  hyperparameters: PpoSettings;
  seed: number;
  /** The statistics of an iteration that are compared, by our trainer's names. */
  values: readonly string[];
}
