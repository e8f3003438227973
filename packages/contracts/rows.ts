import { z } from 'zod';
import { chatMessage } from './chat.ts';
import { promptParts } from './prompt.ts';
import { completionScore } from './serving.ts';

/** What the rows of a dataset are. */
export const datasetKind = z.enum(['text', 'prompts', 'demonstrations', 'comparisons', 'ratings', 'candidates']);
export type DatasetKind = z.infer<typeof datasetKind>;

/** One document of plain text, for pretraining. */
export const textRow = z.strictObject({ text: z.string().min(1) });
export type TextRow = z.infer<typeof textRow>;

/** The prompt as the chat that it came as; trainers read its rendered form. */
const messages = z.array(chatMessage).min(1).optional();

/** A prompt to be answered. */
export const promptRow = z.strictObject({ group: z.string(), prompt: promptParts, messages });
export type PromptRow = z.infer<typeof promptRow>;

/** A prompt and the reference that a person wrote. `group` names the post: splits never cut through a group. */
export const demonstrationRow = z.strictObject({
  group: z.string(),
  prompt: promptParts,
  messages,
  completion: z.string().min(1),
});
export type DemonstrationRow = z.infer<typeof demonstrationRow>;

/** Two completions of one prompt, the better one first. */
export const comparisonRow = z.strictObject({
  group: z.string(),
  prompt: promptParts,
  messages,
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
  policies: z.array(z.string()).min(2).max(2).optional(),
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

/** A completion among others of its prompt, with its score once it has one. */
export const candidate = z.strictObject({
  text: z.string().min(1),
  ...completionScore.partial().shape,
});

/** Completions of one prompt, none of them preferred: what is to be scored, and what was. */
export const candidatesRow = z.strictObject({
  group: z.string(),
  prompt: promptParts,
  completions: z.array(candidate).min(1).max(256),
});
export type CandidatesRow = z.infer<typeof candidatesRow>;

/** The stored form of a dataset: one row of the dataset's kind per line of JSON. */
export const rowSchemas = {
  text: textRow,
  prompts: promptRow,
  demonstrations: demonstrationRow,
  comparisons: comparisonRow,
  ratings: ratingRow,
  candidates: candidatesRow,
} as const;
export type StoredRow = z.infer<(typeof rowSchemas)[DatasetKind]>;
