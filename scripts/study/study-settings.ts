import { demoSettings } from '@laurel/learning/testing';
import type { JobSpec } from '@laurel/sdk';

type SpecOf<Type> = Extract<JobSpec, { type: Type }>;

/** DPO, the modern baseline, on the demonstration's corpus. With a rate of 3e-4 and β = 0.1 it left SFT by 19 nats and lost all its gold score. */
export const dpoSettings = {
  hyperparameters: { learning_rate: 3e-5, batch_size: 32, epochs: 1, warmup_steps: 10, beta: 0.3 },
} satisfies Pick<SpecOf<'dpo'>, 'hyperparameters'>;

/**
 * PPO nearly without the penalty that keeps it near SFT, for longer and longer: what over-optimisation needs (Stiennon et al. 2020,
 * section 4.3).
 */
export const longRuns = [640, 1920, 3840, 7680].map((total_episodes) => ({
  hyperparameters: { ...demoSettings.ppo.hyperparameters, kl_coefficient: 0.01, total_episodes },
}));
