import { type DemonstrationRow, promptInput, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { groupOf, words } from './fields.ts';
import { format } from './format.ts';

/** `{prompt, completion}`. */
const readPrompt = format(
  z.strictObject({ id: z.string().min(1).optional(), prompt: promptInput, completion: words }),
  ({ id, prompt, completion }) => demonstration(id, renderPrompt(prompt), completion),
);

/** The rows of the TL;DR data: `{subreddit, title, post, summary}`. */
const readPost = format(
  z.strictObject({
    id: z.string().min(1).optional(),
    subreddit: z.string().default(''),
    title: z.string().default(''),
    post: words,
    summary: words,
  }),
  ({ id, subreddit, title, post, summary }) => demonstration(id, renderPrompt({ subreddit, title, post }), summary),
);

const demonstration = (
  id: string | undefined,
  prompt: DemonstrationRow['prompt'],
  completion: string,
): DemonstrationRow => ({ group: id ?? groupOf(prompt), prompt, completion });

/** Reads a line in the format that its fields tell. */
export const readDemonstration = (line: object) => ('prompt' in line ? readPrompt(line) : readPost(line));
