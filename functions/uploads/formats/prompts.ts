import { type PromptRow, promptInput, renderChat, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { chatPrompt, groupOf, words } from './fields.ts';
import { format } from './format.ts';

const id = z.string().min(1).optional();

const promptRow = (given: string | undefined, prompt: PromptRow['prompt']): PromptRow => ({
  group: given ?? groupOf(prompt),
  prompt,
});

/** `{prompt}`. */
const readPromptText = format(z.strictObject({ id, prompt: promptInput }), (line) =>
  promptRow(line.id, renderPrompt(line.prompt)),
);

/** `{prompt}` with chat messages. */
const readChat = format(z.strictObject({ id, prompt: chatPrompt }), ({ id: given, prompt: messages }) => ({
  ...promptRow(given, renderChat(messages)),
  messages,
}));

/** The same with a post's fields: `{subreddit, title, post}`. */
const readPost = format(
  z.strictObject({ id, subreddit: z.string().default(''), title: z.string().default(''), post: words }),
  ({ id: given, ...post }) => promptRow(given, renderPrompt(post)),
);

/** Reads a line in the format that its fields tell. */
export function readPrompt(line: object) {
  if (!('prompt' in line)) return readPost(line);
  return Array.isArray(line.prompt) ? readChat(line) : readPromptText(line);
}
