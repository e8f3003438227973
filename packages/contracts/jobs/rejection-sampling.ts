import { z } from 'zod';
import { common, count, datasetId, modelInput } from './fields.ts';
import { loraHyperparameters } from './lora.ts';
import { supervisedHyperparameters } from './supervised-hyperparameters.ts';

const rejectionSamplingHyperparameters = supervisedHyperparameters.extend({
  /** Left out: every parameter is trained. */
  lora: loraHyperparameters.optional(),
  /** Responses sampled for each prompt, of which the one with the highest reward is learned. Left out: 8. */
  best_of: count.min(2).max(256).optional(),
  temperature: z.number().positive().max(10).optional(),
  response_length: count.max(4096).optional(),
});
export type RejectionSamplingHyperparameters = z.infer<typeof rejectionSamplingHyperparameters>;

/** Fine-tuning on the best of N samples by a reward model (Touvron et al. 2023, section 3.2.3; Dong et al. 2023, RAFT). */
export const rejectionSamplingSpec = z.strictObject({
  type: z.literal('rejection_sampling'),
  ...common,
  /** The policy that is sampled and fine-tuned. */
  policy: modelInput,
  /** May have another tokenizer than the policy: it reads the responses as texts. */
  reward_model: modelInput,
  /** Of kind `prompts` or `demonstrations`; only the prompts are used. */
  dataset: datasetId,
  hyperparameters: rejectionSamplingHyperparameters.default({}),
});
