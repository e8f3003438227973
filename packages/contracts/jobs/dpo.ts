import { z } from 'zod';
import { common, datasetId, modelInput } from './fields.ts';
import { fineTuningHyperparameters, requireValidation, validationFraction } from './supervised-hyperparameters.ts';

const dpoHyperparameters = fineTuningHyperparameters.extend({
  /** β of the implicit reward β log[π(y|x) / π_ref(y|x)]: the larger, the closer the policy stays to its reference. Left out: 0.1. */
  beta: z.number().positive().optional(),
});
export type DpoHyperparameters = z.infer<typeof dpoHyperparameters>;

/** Direct preference optimisation: a policy from comparisons, without a reward model (Rafailov et al. 2023). */
export const dpoSpec = z
  .strictObject({
    type: z.literal('dpo'),
    ...common,
    /** The SFT policy: where the policy starts, and π_ref. */
    parent: modelInput,
    /** A dataset of kind `comparisons`. */
    dataset: datasetId,
    validation_fraction: validationFraction.default(0),
    hyperparameters: dpoHyperparameters.default({}),
  })
  .check(requireValidation);
