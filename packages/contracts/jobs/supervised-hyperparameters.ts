import { z } from 'zod';
import { count, rate } from './fields.ts';

/** What every supervised trainer takes. Left out: the paper's value, scaled to the model's size by the trainer. */
export const supervisedHyperparameters = z.strictObject({
  learning_rate: rate.optional(),
  batch_size: count.max(4096).optional(),
  epochs: z.number().positive().max(100).optional(),
  max_gradient_norm: z.number().positive().optional(),
  weight_decay: z.number().min(0).max(1).optional(),
  warmup_steps: z.number().int().min(0).optional(),
});
export type SupervisedHyperparameters = z.infer<typeof supervisedHyperparameters>;
