import type { TrainingSpec } from '@laurel/contracts';
import type { Kernels } from '../model/kernels.ts';
import { createDpoTrainer } from './dpo.ts';
import { filesOf, type JobInputs, rowsOf } from './job-inputs.ts';
import { createPpoTrainer } from './ppo.ts';
import { createPretrainTrainer } from './pretrain.ts';
import { createRejectionSamplingTrainer } from './rejection-sampling.ts';
import { createRewardModelTrainer } from './reward-model.ts';
import { createSftTrainer } from './sft.ts';
import type { Files, Trainer } from './trainer.ts';

/**
 * The trainer of a job.
 * @param resumeFrom a checkpoint of the same job
 * @throws {UnsuitableInput} when the inputs do not fit the job or each other
 */
export async function createTrainer(
  kernels: Kernels,
  spec: TrainingSpec,
  inputs: JobInputs,
  resumeFrom?: Files,
): Promise<Trainer> {
  const { seed } = spec;
  switch (spec.type) {
    case 'pretrain': {
      const { architecture, vocabulary_size: vocabularySize, hyperparameters } = spec;
      const rows = rowsOf<{ text: string }>(inputs, spec.dataset);
      return createPretrainTrainer({ kernels, rows, architecture, vocabularySize, hyperparameters, seed, resumeFrom });
    }
    case 'sft':
      return createSftTrainer({
        kernels,
        parent: filesOf(inputs, spec.parent),
        rows: rowsOf(inputs, spec.dataset),
        validationFraction: spec.validation_fraction,
        hyperparameters: spec.hyperparameters,
        seed,
        resumeFrom,
      });
    case 'reward_model':
      return createRewardModelTrainer({
        kernels,
        parent: filesOf(inputs, spec.parent),
        rows: rowsOf(inputs, spec.dataset),
        references: rowsOf(inputs, spec.reference_dataset),
        validationFraction: spec.validation_fraction,
        hyperparameters: spec.hyperparameters,
        seed,
        resumeFrom,
      });
    case 'dpo':
      return createDpoTrainer({
        kernels,
        parent: filesOf(inputs, spec.parent),
        rows: rowsOf(inputs, spec.dataset),
        validationFraction: spec.validation_fraction,
        hyperparameters: spec.hyperparameters,
        seed,
        resumeFrom,
      });
    case 'ppo':
      return createPpoTrainer({
        kernels,
        policy: filesOf(inputs, spec.policy),
        rewardModel: filesOf(inputs, spec.reward_model),
        rows: rowsOf(inputs, spec.dataset),
        hyperparameters: spec.hyperparameters,
        seed,
        resumeFrom,
      });
    case 'rejection_sampling':
      return createRejectionSamplingTrainer({
        kernels,
        policy: filesOf(inputs, spec.policy),
        rewardModel: filesOf(inputs, spec.reward_model),
        rows: rowsOf(inputs, spec.dataset),
        hyperparameters: spec.hyperparameters,
        seed,
        resumeFrom,
      });
  }
}
