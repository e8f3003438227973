import { z } from 'zod';
import { slug, tags } from '../names.ts';

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`), `must be an id such as ${prefix}_01k…`);
export const datasetId = id('ds');
/** A model version, the one that `model@alias` stands for when the job is made, or a checkpoint of a job that has ended. */
export const modelInput = z
  .string()
  .regex(
    /^(mv_[0-9a-z]{26}|[a-z0-9][a-z0-9-]{0,62}@[a-z0-9][a-z0-9-]{0,62}|job_[0-9a-z]{26}\/\d{1,9})$/,
    'must be an id such as mv_01k…, model@alias, or job_01k…/<step>',
  );
export const modelUploadId = id('up');
export const endpointId = id('ep');
export const datasetName = z.string().min(1).max(100);
export const count = z.number().int().positive();
export const rate = z.number().positive().max(1);

export const seed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1)
  .default(1);

/** When a job's turn comes, and how it is found among others. */
export const scheduling = {
  /** The higher, the sooner among the waiting jobs of its project. Left out: 0. */
  priority: z.number().int().min(-100).max(100).optional(),
  /** Words to find the job by. */
  tags: tags.optional(),
  /** The job fails with `max_cost_reached`, its last checkpoint kept, once its workers have cost so much. */
  max_cost_usd: z.number().positive().optional(),
};

/** What every job that ends in a model says. */
export const common = {
  ...scheduling,
  /** The model that the result becomes a version of; made if it does not exist. */
  output_model: slug,
  seed,
  /** Also measures where the time goes: `profile/…` among the job's metrics, by phase and by op of the engine. */
  profile: z.boolean().optional(),
};
