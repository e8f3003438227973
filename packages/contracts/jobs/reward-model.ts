import { z } from 'zod';
import { common, datasetId, modelInput } from './fields.ts';
import { fineTuningHyperparameters, requireValidation, validationFraction } from './supervised-hyperparameters.ts';

const rewardModelHyperparameters = fineTuningHyperparameters.extend({
  /** The chosen reward has to exceed the other by the row's `margin`, 0 where it has none (Touvron et al. 2023, equation 2). Left out: no. */
  use_margins: z.boolean().optional(),
  /** A comparison counts in proportion to its `confidence`, as the average one where it has none. Left out: no, as in the paper. */
  weight_by_confidence: z.boolean().optional(),
});
export type RewardModelHyperparameters = z.infer<typeof rewardModelHyperparameters>;

export const rewardModelSpec = z
  .strictObject({
    type: z.literal('reward_model'),
    ...common,
    /** The policy (SFT) whose weights the reward model starts from. */
    parent: modelInput,
    /** A dataset of kind `comparisons`. */
    dataset: datasetId,
    /** A dataset of kind `demonstrations`; afterwards its references score 0 on average. */
    reference_dataset: datasetId,
    validation_fraction: validationFraction.default(0.1),
    hyperparameters: rewardModelHyperparameters.default({}),
  })
  .check(requireValidation);
