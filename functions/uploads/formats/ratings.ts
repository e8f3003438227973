import { promptInput, type RatingRow, ratingAxis, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { groupOf, openaiInfo, words } from './fields.ts';

const unrated = `must have a rating, 1 to 7, of at least one of ${ratingAxis.options.join(', ')}`;

const rating = z.number().int().min(1).max(7).nullish();
const axes = { overall: rating, accuracy: rating, coverage: rating, coherence: rating };

/** Without the axes that a labeler left out. @param object drops or refuses members that are no axis */
const ratedAxes = (object: typeof z.strictObject | typeof z.looseObject) =>
  object(axes)
    .transform((given): RatingRow['axes'] =>
      Object.fromEntries(ratingAxis.options.flatMap((axis) => (given[axis] ? [[axis, given[axis]]] : []))),
    )
    .refine((given) => Object.keys(given).length > 0, unrated);

/** OpenAI's published ratings: `{info, summary: {text, policy, axes}, worker, batch, split}`. */
const openaiFormat = z
  .strictObject({
    info: openaiInfo,
    summary: z.looseObject({ text: words, policy: z.string().nullish(), axes: ratedAxes(z.looseObject) }),
    worker: z.string().optional(),
    batch: z.string().optional(),
    split: z.string().optional(),
  })
  .transform(({ info: { group, prompt }, summary: { text, policy, axes }, worker }): RatingRow => {
    return { group, prompt, completion: text, ...(policy && { policy }), ...(worker && { worker }), axes };
  });

/** `{prompt, completion, policy?, axes}`. */
const promptFormat = z
  .strictObject({
    id: z.string().min(1).optional(),
    prompt: promptInput,
    completion: words,
    policy: z.string().min(1).optional(),
    worker: z.string().min(1).optional(),
    axes: ratedAxes(z.strictObject),
  })
  .transform(({ id, prompt: input, completion, policy, worker, axes }): RatingRow => {
    const prompt = renderPrompt(input);
    const group = id ?? groupOf(prompt);
    return { group, prompt, completion, ...(policy && { policy }), ...(worker && { worker }), axes };
  });

/** The format that a line is in, told by its fields. */
export const ratingFormat = (line: object) => ('info' in line || 'summary' in line ? openaiFormat : promptFormat);
