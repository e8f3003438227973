import { z } from 'zod';

/** A model version as an archive, and rows as JSON Lines. */
export const exportMediaTypes = ['application/x-tar', 'application/x-ndjson'] as const;

/** A file that a job made, to be downloaded. */
export const jobFile = z.strictObject({
  /** Of the artifact. */
  key: z.string(),
  name: z.string().regex(/^[\w.-]{1,200}$/),
  media_type: z.enum(exportMediaTypes),
  sha256: z.string(),
  size_bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});
export type JobFile = z.infer<typeof jobFile>;
