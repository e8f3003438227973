import { createHash } from 'node:crypto';
import { type PromptParts, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';

/** A text that says something. */
export const words = z.string().refine((text) => text.trim() !== '', 'must not be empty');

/** Names the post that rows belong to, for rows that do not name it themselves. */
export const groupOf = ({ head, post, tail }: PromptParts): string =>
  createHash('sha256').update(head).update('\0').update(post).update('\0').update(tail).digest('hex').slice(0, 16);

/** A post as OpenAI's releases give it, rendered, with the name that groups its rows. */
export const openaiInfo = z
  .looseObject({
    id: z.string().min(1).optional(),
    subreddit: z.string().nullish(),
    title: z.string().nullish(),
    post: words,
  })
  .transform(({ id, subreddit, title, post }) => {
    const prompt = renderPrompt({ post, ...(subreddit && { subreddit }), ...(title && { title }) });
    return { group: id ?? groupOf(prompt), prompt };
  });
