import { type ComparisonRow, chatMessage, promptInput, renderChat, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { chatAnswer, chatPrompt, groupOf, openaiInfo, renderInfo, spoken, words } from './fields.ts';
import { format } from './format.ts';

/** The middle of the paper's nine points: neither summary is better. */
const MIDDLE = 5;

const identical = 'is the same as the other one; leave the row out, since nothing can be learnt from it';
const same = (a: string, b: string) => a.trim() === b.trim();

const openaiSummary = z.looseObject({ text: words, policy: z.string().nullish() });

/** OpenAI's published comparisons: `{info, summaries, choice, worker, batch, split, extra}`. */
const readOpenai = format(
  z
    .strictObject({
      info: openaiInfo,
      summaries: z.tuple([openaiSummary, openaiSummary], 'must be two summaries'),
      choice: z.literal([0, 1], 'must be 0 or 1, the index of the better summary'),
      worker: z.string().optional(),
      batch: z.string().optional(),
      split: z.string().optional(),
      extra: z.looseObject({ confidence: z.number().int().min(1).max(9).nullish() }).optional(),
    })
    .check(({ value: { summaries }, issues }) => {
      if (!same(summaries[0].text, summaries[1].text)) return;
      issues.push({ code: 'custom', input: summaries, path: ['summaries', 1, 'text'], message: identical });
    }),
  ({ info, summaries, choice, worker, batch, split, extra }) => {
    const chosen = summaries[choice];
    const rejected = summaries[choice === 0 ? 1 : 0];
    const { group, prompt } = renderInfo(info);
    const row: ComparisonRow = { group, prompt, chosen: chosen.text, rejected: rejected.text };
    if (extra?.confidence) row.confidence = Math.abs(extra.confidence - MIDDLE);
    if (worker) row.worker = worker;
    if (batch) row.batch = batch;
    if (split) row.split = split;
    if (chosen.policy && rejected.policy) row.policies = [chosen.policy, rejected.policy];
    return row;
  },
);

const pair = {
  id: z.string().min(1).optional(),
  chosen: words,
  rejected: words,
  margin: z.number().optional(),
};

type Pair = z.output<z.ZodObject<typeof pair>>;

function comparison({ id, chosen, rejected, margin }: Pair, prompt: ComparisonRow['prompt']): ComparisonRow {
  const row: ComparisonRow = { group: id ?? groupOf(prompt), prompt, chosen, rejected };
  if (margin !== undefined) row.margin = margin;
  return row;
}

const refuseIdentical = ({ value, issues }: z.core.ParsePayload<Pair>) => {
  if (!same(value.chosen, value.rejected)) return;
  issues.push({ code: 'custom', input: value.rejected, path: ['rejected'], message: identical });
};

/** `{prompt, chosen, rejected, margin?}`. */
const readPrompt = format(z.strictObject({ prompt: promptInput, ...pair }).check(refuseIdentical), (line) =>
  comparison(line, renderPrompt(line.prompt)),
);

/** The same with a post's fields: `{subreddit, title, post, chosen, rejected, margin?}`. */
const readPost = format(
  z
    .strictObject({ subreddit: z.string().default(''), title: z.string().default(''), post: words, ...pair })
    .check(refuseIdentical),
  (line) => comparison(line, renderPrompt(line)),
);

const chat = z.array(chatMessage).min(2, 'must have a message and the answer to it').max(256);

/** TRL's conversational pairs: `{prompt, chosen, rejected}` with messages, or `{chosen, rejected}` as chats that begin alike. */
const readChats = format(
  z
    .strictObject({
      id: pair.id,
      prompt: chatPrompt,
      chosen: chatAnswer,
      rejected: chatAnswer,
      margin: pair.margin,
    })
    .check(({ value: { chosen, rejected }, issues }) => {
      if (!same(chosen[0].content, rejected[0].content)) return;
      issues.push({ code: 'custom', input: rejected, path: ['rejected'], message: identical });
    }),
  ({ prompt: messages, chosen, rejected, ...line }) => {
    const texts = { chosen: spoken(chosen[0].content), rejected: spoken(rejected[0].content) };
    return { ...comparison({ ...line, ...texts }, renderChat(messages)), messages };
  },
);

/** Their common beginning is the prompt. */
function withPromptApart(line: { chosen: unknown; rejected: unknown }): object {
  const [chosen, rejected] = [chat.safeParse(line.chosen), chat.safeParse(line.rejected)];
  if (!chosen.success || !rejected.success) return line;
  const prompt = chosen.data.slice(0, -1);
  const other = rejected.data.slice(0, -1);
  if (JSON.stringify(prompt) !== JSON.stringify(other)) return line;
  return { ...line, prompt, chosen: chosen.data.slice(-1), rejected: rejected.data.slice(-1) };
}

const hasChats = (line: object): line is { chosen: unknown[]; rejected: unknown } =>
  'chosen' in line && Array.isArray(line.chosen) && 'rejected' in line;

/** Reads a line in the format that its fields tell. */
export function readComparison(line: object) {
  if ('info' in line || 'summaries' in line || 'choice' in line) return readOpenai(line);
  if (hasChats(line)) return readChats('prompt' in line ? line : withPromptApart(line));
  return 'prompt' in line ? readPrompt(line) : readPost(line);
}
