import { z } from 'zod';
import { common, datasetId, modelVersionId } from './fields.ts';
import { supervisedHyperparameters } from './supervised-hyperparameters.ts';

export const sftSpec = z.strictObject({
  type: z.literal('sft'),
  ...common,
  parent: modelVersionId,
  /** A dataset of kind `demonstrations`. */
  dataset: datasetId,
  hyperparameters: supervisedHyperparameters.default({}),
});
