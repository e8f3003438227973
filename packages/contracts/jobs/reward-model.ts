import { z } from 'zod';
import { common, datasetId, modelVersionId } from './fields.ts';
import { supervisedHyperparameters } from './supervised-hyperparameters.ts';

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
