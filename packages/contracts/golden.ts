import { z } from 'zod';
import { promptParts } from './prompt.ts';
import { enginePrecision } from './serving.ts';

/** Beside a model's other files, and among those that its manifest hashes. */
export const GOLDEN_FILE = 'golden.json';

/** The most by which the server's value may differ from the golden one, in units of reward or nats. */
export const GOLDEN_TOLERANCE = 1e-3;

/** What the trainer computed with a model when it was made: the server has to come to the same before the model goes live. */
export const goldenScores = z.strictObject({
  /** In which the trainer computed. */
  precision: enginePrecision,
  items: z.array(
    z.strictObject({
      prompt: promptParts,
      completions: z.array(z.string()).min(1),
      /** Of each completion. A reward model's: the raw score. The others': log π(y|x) per token, nats. */
      values: z.array(z.number()),
    }),
  ),
});
export type GoldenScores = z.infer<typeof goldenScores>;

/** What came of holding a server to them. */
export const goldenCheck = z.strictObject({
  /** Values that were compared. */
  compared: z.number().int(),
  /** Of the server's value and the golden one. */
  largest_difference: z.number(),
});
export type GoldenCheck = z.infer<typeof goldenCheck>;
