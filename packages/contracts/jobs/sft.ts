import { z } from 'zod';
import { common, datasetId, modelInput } from './fields.ts';
import { fineTuningHyperparameters, requireValidation, validationFraction } from './supervised-hyperparameters.ts';

export const sftSpec = z
  .strictObject({
    type: z.literal('sft'),
    ...common,
    parent: modelInput,
    /** A dataset of kind `demonstrations`. */
    dataset: datasetId,
    validation_fraction: validationFraction.default(0),
    hyperparameters: fineTuningHyperparameters.default({}),
  })
  .check(requireValidation);
