import { chatMessage, type DemonstrationRow, promptInput, renderChat, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { groupOf, spoken, words } from './fields.ts';
import { format } from './format.ts';

/** `{prompt, completion}`. */
const readPrompt = format(
  z.strictObject({ id: z.string().min(1).optional(), prompt: promptInput, completion: words }),
  ({ id, prompt, completion }) => demonstration(id, renderPrompt(prompt), completion),
);

/** `{messages}`: a chat that ends with what the assistant says. */
const readChat = format(
  z.strictObject({
    id: z.string().min(1).optional(),
    messages: z
      .array(chatMessage)
      .min(2, 'must have a message and the answer to it')
      .max(256)
      .refine((messages) => messages.at(-1)?.role === 'assistant', 'must end with a message of the assistant'),
  }),
  ({ id, messages }) => {
    const prompt = messages.slice(0, -1);
    return { ...demonstration(id, renderChat(prompt), spoken(messages.at(-1)?.content ?? '')), messages: prompt };
  },
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
export function readDemonstration(line: object) {
  if ('messages' in line) return readChat(line);
  return 'prompt' in line ? readPrompt(line) : readPost(line);
}
