import { hash } from 'node:crypto';
import { chatMessage, type PromptParts, renderPrompt } from '@laurel/contracts';
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

/** A prompt as a chat: what the assistant is to answer. */
export const chatPrompt = z.array(chatMessage).min(1).max(256);

/** An answer as a chat: one message, of the assistant (TRL's conversational format). */
export const chatAnswer = z.tuple(
  [chatMessage.extend({ role: z.literal('assistant') })],
  'must be one message, of the assistant',
);

/** As it stands behind `assistant:`. */
export const spoken = (content: string): string => ` ${content}`;
