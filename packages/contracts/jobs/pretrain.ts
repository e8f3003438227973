import { z } from 'zod';
import { common, count, datasetId } from './fields.ts';
import { supervisedHyperparameters } from './supervised-hyperparameters.ts';

/** A GPT-2-style decoder's shape. */
const architecture = z.strictObject({
  layers: count.max(96),
  width: count.max(16_384),
  heads: count.max(128),
  /** Longest sequence, tokens. */
  context: count.max(32_768),
});
export type Architecture = z.infer<typeof architecture>;

export const pretrainSpec = z.strictObject({
  type: z.literal('pretrain'),
  ...common,
  /** A dataset of kind `text`. */
  dataset: datasetId,
  architecture,
  /** Size of the byte-level BPE vocabulary trained on the dataset. */
  vocabulary_size: count.min(260).max(200_000),
  hyperparameters: supervisedHyperparameters.default({}),
});
