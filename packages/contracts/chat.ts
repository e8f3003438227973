import { z } from 'zod';
import type { PromptParts } from './prompt.ts';

/** A message of a chat, as OpenAI's API and TRL write it. */
export const chatMessage = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string().min(1),
});
export type ChatMessage = z.infer<typeof chatMessage>;

/**
 * A chat as the text that a policy completes: each message after its role, and the assistant's turn at the end. What may be shortened is
 * the last message.
 */
export function renderChat(messages: readonly ChatMessage[]): PromptParts {
  const last = messages.at(-1);
  const before = messages.slice(0, -1).map(({ role, content }) => `${role}: ${content}\n\n`);
  return { head: `${before.join('')}${last?.role}: `, post: last?.content ?? '', tail: '\n\nassistant:' };
}
