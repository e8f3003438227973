import { z } from 'zod';

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`), `must be an id such as ${prefix}_01k…`);
export const datasetId = id('ds');
export const modelVersionId = id('mv');
export const modelUploadId = id('up');
export const count = z.number().int().positive();
export const rate = z.number().positive().max(1);

/** What every job that ends in a model says. */
export const common = {
  /** The model that the result becomes a version of; made if it does not exist. */
  output_model: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** Also measures where the time goes: `profile/…` among the job's metrics, by phase and by op of the engine. */
  profile: z.boolean().optional(),
};
