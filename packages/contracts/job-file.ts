import { z } from 'zod';

/** A file that a job made, to be downloaded. */
export const jobFile = z.strictObject({
  /** Of the artifact. */
  key: z.string(),
  name: z.string(),
  media_type: z.string(),
  sha256: z.string(),
  size_bytes: z.number().int(),
});
export type JobFile = z.infer<typeof jobFile>;
