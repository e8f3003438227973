import { type DemonstrationRow, promptInput, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { groupOf, words } from './fields.ts';

/** `{prompt, completion}`. */
const promptFormat = z
  .strictObject({ id: z.string().min(1).optional(), prompt: promptInput, completion: words })
  .transform(({ id, prompt, completion }) => demonstration(id, renderPrompt(prompt), completion));

/** The rows of the TL;DR data: `{subreddit, title, post, summary}`. */
const postFormat = z
  .strictObject({
    id: z.string().min(1).optional(),
    subreddit: z.string().default(''),
    title: z.string().default(''),
    post: words,
    summary: words,
  })
  .transform(({ id, summary, ...post }) => demonstration(id, renderPrompt(post), summary));

const demonstration = (
  id: string | undefined,
  prompt: DemonstrationRow['prompt'],
  completion: string,
): DemonstrationRow => ({ group: id ?? groupOf(prompt), prompt, completion });

/** The format that a line is in, told by its fields. */
export const demonstrationFormat = (line: object) => ('prompt' in line ? promptFormat : postFormat);
