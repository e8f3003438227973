import { z } from 'zod';

/** What is counted, by project and day (UTC). */
export const usageMeasure = z.enum([
  /** That came with a key. */
  'requests',
  /** Prompts and completions, as the scores tell. */
  'scored_tokens',
  /** Of prompts, read to generate. */
  'prompt_tokens',
  'generated_tokens',
  /** That were begun. */
  'jobs',
  /** That workers have worked. */
  'worker_seconds',
  /** As it was when it was measured last that day, which is done once an hour. */
  'stored_bytes',
]);
export type UsageMeasure = z.infer<typeof usageMeasure>;

/** Those that `tokens_per_day` limits. */
export const TOKEN_MEASURES = [
  'scored_tokens',
  'prompt_tokens',
  'generated_tokens',
] as const satisfies readonly UsageMeasure[];
