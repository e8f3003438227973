import { z } from 'zod';

/**
 * A rendered prompt, split around the part that may be shortened when it does not fit the context (`post`). The text
 * that the model reads is `head + post + tail`.
 */
export const promptParts = z.strictObject({ head: z.string(), post: z.string(), tail: z.string() });
export type PromptParts = z.infer<typeof promptParts>;

/** A post of the TL;DR task. */
export const postFields = z.strictObject({
  subreddit: z.string().optional(),
  title: z.string().optional(),
  post: z.string().min(1),
});
export type PostFields = z.infer<typeof postFields>;

/** A prompt as callers write it: a post, rendered by the template, or a text that is the whole prompt. */
export const promptInput = z.union([z.string().min(1), postFields]);
export type PromptInput = z.infer<typeof promptInput>;

/** The paper's prompt (its appendix B). `{post}` must occur once. */
export const TLDR_TEMPLATE = 'SUBREDDIT: r/{subreddit}\n\nTITLE: {title}\n\nPOST: {post}\n\nTL;DR:';

/** Renders a prompt; a plain string is taken as it is, and all of it may be shortened. */
export function renderPrompt(input: PromptInput, template: string = TLDR_TEMPLATE): PromptParts {
  if (typeof input === 'string') return { head: '', post: input, tail: '' };
  const [head = '', tail = ''] = template.split('{post}');
  return { head: fill(head, input), post: input.post, tail: fill(tail, input) };
}

const fill = (text: string, fields: PostFields): string =>
  text.replace(/\{(subreddit|title)\}/g, (_, name: 'subreddit' | 'title') => fields[name] ?? '');
