import { randomInt } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { promptOrChat, truncationRule } from '@laurel/contracts';
import { named } from '../../http/named.ts';

const MAX_SEED = 2 ** 31 - 1;

/** How samples are drawn. */
export const samplingSettings = {
  prompts: z.array(named(promptOrChat, 'Prompt')).min(1).max(64),
  temperature: z.number().min(0).max(10).default(0.7),
  max_tokens: z.number().int().min(1).max(4096).default(48),
  /** The same one draws the same samples again. Left out: a new one. */
  seed: z.number().int().min(0).max(MAX_SEED).optional(),
  truncation: truncationRule.default('post'),
};

export const sampleCount = z.number().int().min(1).max(64);

export const newSeed = (): number => randomInt(MAX_SEED);
