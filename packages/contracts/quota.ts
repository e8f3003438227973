import { z } from 'zod';

const limit = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable().default(null);

/** What a project may take; null for as much as there is. Days are those of UTC. */
export const quota = z.strictObject({
  /** Rows of datasets, files of uploaded models, and what jobs have brought; checkpoints are not counted. */
  stored_bytes: limit,
  /** That have not ended. */
  live_jobs: limit,
  jobs_per_day: limit,
  /** Read to score, read to generate, and generated. */
  tokens_per_day: limit,
});
export type Quota = z.infer<typeof quota>;
export type QuotaMeasure = keyof Quota;

export const QUOTA_UNITS = {
  stored_bytes: 'bytes',
  live_jobs: 'jobs',
  jobs_per_day: 'jobs',
  tokens_per_day: 'tokens',
} as const satisfies Record<QuotaMeasure, string>;
