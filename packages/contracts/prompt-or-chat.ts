import { z } from 'zod';
import { chatMessage, renderChat } from './chat.ts';
import { type PromptParts, promptInput, renderPrompt } from './prompt.ts';

/** What is completed, as callers write it: a prompt, or the messages of a chat that the assistant is to go on with. */
export const promptOrChat = z.union([promptInput, z.array(chatMessage).min(1).max(256)]);
export type PromptOrChat = z.infer<typeof promptOrChat>;

/** What the model reads of it. */
export const renderPromptOrChat = (input: PromptOrChat): PromptParts =>
  Array.isArray(input) ? renderChat(input) : renderPrompt(input);
