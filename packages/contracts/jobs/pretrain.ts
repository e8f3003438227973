import { z } from 'zod';
import { common, count, datasetId } from './fields.ts';
import { supervisedHyperparameters } from './supervised-hyperparameters.ts';

/** A decoder's family and shape. */
const architecture = z.strictObject({
  /** Whose layers and files it has. Left out: `gpt2`. */
  family: z.enum(['gpt2', 'gpt_neox', 'llama', 'qwen2']).optional(),
  layers: count.max(96),
  width: count.max(16_384),
  heads: count.max(128),
  /** Heads of keys and values, each shared by equally many heads of queries; `llama` and `qwen2` only. Left out: as many as heads. */
  kv_heads: count.max(128).optional(),
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
