import { hash } from 'node:crypto';
import { type PromptParts, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';

/** A text that says something. */
export const words = z.string().refine((text) => text.trim() !== '', 'must not be empty');

/** Names the post that rows belong to, for rows that do not name it themselves. */
export const groupOf = ({ head, post, tail }: PromptParts): string =>
  hash('sha256', `${head}\0${post}\0${tail}`).slice(0, 16);

/** A post as OpenAI's releases give it. */
export const openaiInfo = z.looseObject({
  id: z.string().min(1).optional(),
  subreddit: z.string().nullish(),
  title: z.string().nullish(),
  post: words,
});

/** The post rendered, with the name that groups its rows. */
export function renderInfo({ id, subreddit, title, post }: z.output<typeof openaiInfo>) {
  const prompt = renderPrompt({ subreddit: subreddit ?? '', title: title ?? '', post });
  return { group: id ?? groupOf(prompt), prompt };
}
