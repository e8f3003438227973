import { z } from 'zod';
import { promptParts } from './prompt.ts';

/** What the rows of a dataset are. */
export const datasetKind = z.enum(['text', 'demonstrations', 'comparisons', 'ratings']);
export type DatasetKind = z.infer<typeof datasetKind>;

/** One document of plain text, for pretraining. */
export const textRow = z.strictObject({ text: z.string().min(1) });
export type TextRow = z.infer<typeof textRow>;

/** A prompt and the reference that a person wrote. `group` names the post: splits never cut through a group. */
export const demonstrationRow = z.strictObject({
  group: z.string(),
  prompt: promptParts,
  completion: z.string().min(1),
});
export type DemonstrationRow = z.infer<typeof demonstrationRow>;

/** Two completions of one prompt, the better one first. */
export const comparisonRow = z.strictObject({
  group: z.string(),
  prompt: promptParts,
  chosen: z.string().min(1),
  rejected: z.string().min(1),
  /** How sure the labeler was, 1 (barely) to 4 (very): the distance from the middle of the paper's nine points. */
  confidence: z.number().min(0).max(4).optional(),
  margin: z.number().optional(),
  worker: z.string().optional(),
  split: z.string().optional(),
  /** The round of collection that it belongs to. */
  batch: z.string().optional(),
  /** What wrote the two: of the chosen completion, then of the other. */
  policies: z.tuple([z.string(), z.string()]).optional(),
});
export type ComparisonRow = z.infer<typeof comparisonRow>;

/** The paper's axes of quality. */
export const ratingAxis = z.enum(['overall', 'accuracy', 'coverage', 'coherence']);
export type RatingAxis = z.infer<typeof ratingAxis>;

/** A completion that a labeler rated: 1 (worst) to 7 (best) on each axis that is given, at least one. */
export const ratingRow = z.strictObject({
  group: z.string(),
  prompt: promptParts,
  completion: z.string().min(1),
  /** What wrote it. */
  policy: z.string().optional(),
  worker: z.string().optional(),
  axes: z.partialRecord(ratingAxis, z.number().int().min(1).max(7)),
});
export type RatingRow = z.infer<typeof ratingRow>;

/** The stored form of a dataset: one row of the dataset's kind per line of JSON. */
export const rowSchemas = {
  text: textRow,
  demonstrations: demonstrationRow,
  comparisons: comparisonRow,
  ratings: ratingRow,
} as const;
