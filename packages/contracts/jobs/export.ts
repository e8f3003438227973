import { z } from 'zod';
import { datasetShape } from '../dataset-shapes.ts';
import { datasetId, modelInput, scheduling } from './fields.ts';

/** What becomes one file to download: a model version's files as a tar archive, or a dataset's rows in a shape of the caller's. */
const exportSource = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('model_version'), model_version: modelInput }),
  z.strictObject({ type: z.literal('dataset'), dataset: datasetId, shape: datasetShape }),
]);

export const exportSpec = z.strictObject({ type: z.literal('export'), ...scheduling, source: exportSource });
