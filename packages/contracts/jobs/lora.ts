import { z } from 'zod';
import { count } from './fields.ts';

/**
 * Low-rank adaptation (Hu et al. 2021): two thin matrices beside every product are trained, and the model itself stays as it is. They
 * are merged into the result, which is a model like any other.
 */
export const loraHyperparameters = z.strictObject({
  rank: count.max(1024),
  /** The adapters' product counts alpha / rank. Left out: twice the rank. */
  alpha: z.number().positive().optional(),
});
export type LoraHyperparameters = z.infer<typeof loraHyperparameters>;
