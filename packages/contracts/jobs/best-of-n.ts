import { z } from 'zod';
import { count, datasetId, datasetName, modelInput, scheduling, seed } from './fields.ts';

/**
 * Best-of-N (Stiennon et al. 2020, appendix G): N responses to every prompt, of which the one with the highest reward is kept. Nothing is
 * trained: the result is a dataset of kind `demonstrations`. To learn from the best as well, see `rejection_sampling`.
 */
export const bestOfNSpec = z.strictObject({
  type: z.literal('best_of_n'),
  ...scheduling,
  seed,
  policy: modelInput,
  /** May have another tokenizer than the policy: it reads the responses as texts. */
  reward_model: modelInput,
  /** Of kind `prompts` or `demonstrations`; only the prompts are used. */
  dataset: datasetId,
  n: count.min(2).max(256).default(8),
  temperature: z.number().positive().max(10).default(0.7),
  response_length: count.max(4096).default(48),
  /** Name of the dataset that the result becomes. */
  output_dataset: datasetName,
});
