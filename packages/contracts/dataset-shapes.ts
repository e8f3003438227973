import { z } from 'zod';
import type { ChatMessage } from './chat.ts';
import type { PromptParts } from './prompt.ts';
import type { ComparisonRow, DatasetKind, DemonstrationRow, PromptRow, RatingRow, StoredRow } from './rows.ts';

/**
 * The shapes that rows are given out in. `plain`: `{prompt, …}` with texts, as TRL reads them; `messages`: the same as chats; `openai`:
 * that of OpenAI's published comparisons and ratings; `stored`: as trainers here read them.
 */
export const datasetShape = z.enum(['plain', 'messages', 'openai', 'stored']);
export type DatasetShape = z.infer<typeof datasetShape>;

const SHAPES: Record<DatasetKind, readonly DatasetShape[]> = {
  text: ['plain', 'stored'],
  prompts: ['plain', 'messages', 'stored'],
  demonstrations: ['plain', 'messages', 'stored'],
  comparisons: ['plain', 'messages', 'openai', 'stored'],
  ratings: ['plain', 'openai', 'stored'],
  candidates: ['plain', 'stored'],
};

/** The shapes that rows of a kind can be given out in. */
export const shapesOf = (kind: DatasetKind): readonly DatasetShape[] => SHAPES[kind];

/** A row in one of the shapes of its kind; what is uploaded in that shape becomes the same row again. */
export function shapeRow(shape: DatasetShape, row: StoredRow): object {
  if (shape === 'stored' || 'text' in row) return row;
  if (shape === 'messages') return asMessages(row as PromptRow | DemonstrationRow | ComparisonRow);
  if (shape === 'openai') return asOpenai(row as ComparisonRow | RatingRow);
  return asPlain(row);
}

const textOf = ({ head, post, tail }: PromptParts): string => head + post + tail;

function asPlain(row: Exclude<StoredRow, { text: string }>): object {
  const { group, prompt } = row;
  const common = { id: group, prompt: textOf(prompt) };
  if ('chosen' in row) {
    const { chosen, rejected, margin } = row;
    return { ...common, chosen, rejected, ...(margin !== undefined && { margin }) };
  }
  if ('completions' in row) return { ...common, completions: row.completions };
  if ('axes' in row) {
    const { completion, policy, worker, axes } = row;
    return { ...common, completion, ...(policy && { policy }), ...(worker && { worker }), axes };
  }
  return 'completion' in row ? { ...common, completion: row.completion } : common;
}

function asMessages(row: PromptRow | DemonstrationRow | ComparisonRow): object {
  const prompt: readonly ChatMessage[] = row.messages ?? [{ role: 'user', content: textOf(row.prompt) }];
  // Of a row that came as a chat, the space behind `assistant:` is not part of the message.
  const contentOf = (text: string) => (row.messages ? text.replace(/^ /, '') : text);
  const answer = (text: string): ChatMessage[] => [{ role: 'assistant', content: contentOf(text) }];
  if ('chosen' in row) {
    const { group, chosen, rejected, margin } = row;
    const pair = { id: group, prompt, chosen: answer(chosen), rejected: answer(rejected) };
    return margin === undefined ? pair : { ...pair, margin };
  }
  if ('completion' in row) return { id: row.group, messages: [...prompt, ...answer(row.completion)] };
  return { id: row.group, prompt };
}

/** The middle of the paper's nine points of confidence; below it the first summary is the better one. */
const MIDDLE = 5;
const TLDR_HEAD = /^SUBREDDIT: r\/(.*)\n\nTITLE: (.*)\n\nPOST: $/;

function asOpenai(row: ComparisonRow | RatingRow): object {
  const { head, post } = row.prompt;
  const [isTldr, subreddit, title] = TLDR_HEAD.exec(head) ?? [];
  const info = { id: row.group, ...(isTldr === undefined ? { post: textOf(row.prompt) } : { subreddit, title, post }) };
  if ('axes' in row) {
    const { completion, policy, worker, axes } = row;
    return { info, summary: { text: completion, ...(policy && { policy }), axes }, ...(worker && { worker }) };
  }
  const { chosen, rejected, policies, worker, batch, split, confidence } = row;
  const summary = (text: string, policy: string | undefined) => ({ text, ...(policy && { policy }) });
  return {
    info,
    summaries: [summary(chosen, policies?.[0]), summary(rejected, policies?.[1])],
    choice: 0,
    ...(worker && { worker }),
    ...(batch && { batch }),
    ...(split && { split }),
    ...(confidence !== undefined && { extra: { confidence: MIDDLE - confidence } }),
  };
}
