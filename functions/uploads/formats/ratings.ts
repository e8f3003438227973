import { promptInput, type RatingRow, ratingAxis, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { groupOf, openaiInfo, renderInfo, words } from './fields.ts';
import { format } from './format.ts';

const points = z.number().int().min(1).max(7).nullish();
const axes = { overall: points, accuracy: points, coverage: points, coherence: points };

type GivenAxes = z.output<z.ZodObject<typeof axes>>;

const isRated = (given: GivenAxes) => ratingAxis.options.some((axis) => given[axis]);
const unrated = `must have a rating, 1 to 7, of at least one of ${ratingAxis.options.join(', ')}`;

/** A rated completion, without the axes that a labeler left out. */
function rating(
  post: Pick<RatingRow, 'group' | 'prompt'>,
  completion: string,
  given: GivenAxes,
  { policy, worker }: { policy?: string | null | undefined; worker?: string | undefined },
): RatingRow {
  const row: RatingRow = { ...post, completion, axes: {} };
  if (policy) row.policy = policy;
  if (worker) row.worker = worker;
  for (const axis of ratingAxis.options) if (given[axis]) row.axes[axis] = given[axis];
  return row;
}

/** OpenAI's published ratings: `{info, summary: {text, policy, axes}, worker, batch, split}`. */
const readOpenai = format(
  z.strictObject({
    info: openaiInfo,
    summary: z.looseObject({
      text: words,
      policy: z.string().nullish(),
      axes: z.looseObject(axes).refine(isRated, unrated),
    }),
    worker: z.string().optional(),
    batch: z.string().optional(),
    split: z.string().optional(),
  }),
  ({ info, summary: { text, policy, axes: given }, worker }) =>
    rating(renderInfo(info), text, given, { policy, worker }),
);

/** `{prompt, completion, policy?, axes}`. */
const readPrompt = format(
  z.strictObject({
    id: z.string().min(1).optional(),
    prompt: promptInput,
    completion: words,
    policy: z.string().min(1).optional(),
    worker: z.string().min(1).optional(),
    axes: z.strictObject(axes).refine(isRated, unrated),
  }),
  ({ id, prompt: input, completion, policy, worker, axes: given }) => {
    const prompt = renderPrompt(input);
    return rating({ group: id ?? groupOf(prompt), prompt }, completion, given, { policy, worker });
  },
);

/** Reads a line in the format that its fields tell. */
export const readRating = (line: object) => ('info' in line || 'summary' in line ? readOpenai(line) : readPrompt(line));
