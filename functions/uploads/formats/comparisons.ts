import { type ComparisonRow, promptInput, renderPrompt } from '@laurel/contracts';
import { z } from 'zod';
import { groupOf, openaiInfo, words } from './fields.ts';

/** The middle of the paper's nine points: neither summary is better. */
const MIDDLE = 5;

const identical = 'is the same as the other one; leave the row out, since nothing can be learnt from it';
const same = (a: string, b: string) => a.trim() === b.trim();

const openaiSummary = z.looseObject({ text: words, policy: z.string().nullish() });

/** OpenAI's published comparisons: `{info, summaries, choice, worker, batch, split, extra}`. */
const openaiFormat = z
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
  })
  .transform(({ info, summaries, choice, worker, batch, split, extra }): ComparisonRow => {
    const chosen = summaries[choice];
    const rejected = summaries[choice === 0 ? 1 : 0];
    return {
      ...info,
      chosen: chosen.text,
      rejected: rejected.text,
      ...(extra?.confidence && { confidence: Math.abs(extra.confidence - MIDDLE) }),
      ...(worker && { worker }),
      ...(batch && { batch }),
      ...(split && { split }),
      ...(chosen.policy && rejected.policy && { policies: [chosen.policy, rejected.policy] }),
    };
  });

const pair = {
  id: z.string().min(1).optional(),
  chosen: words,
  rejected: words,
  margin: z.number().optional(),
};

type Pair = z.output<z.ZodObject<typeof pair>>;

const comparison = ({ id, chosen, rejected, margin }: Pair, prompt: ComparisonRow['prompt']): ComparisonRow => ({
  group: id ?? groupOf(prompt),
  prompt,
  chosen,
  rejected,
  ...(margin !== undefined && { margin }),
});

const refuseIdentical = ({ value, issues }: z.core.ParsePayload<Pair>) => {
  if (!same(value.chosen, value.rejected)) return;
  issues.push({ code: 'custom', input: value.rejected, path: ['rejected'], message: identical });
};

/** `{prompt, chosen, rejected, margin?}`. */
const promptFormat = z
  .strictObject({ prompt: promptInput, ...pair })
  .check(refuseIdentical)
  .transform(({ prompt, ...rest }) => comparison(rest, renderPrompt(prompt)));

/** The same with a post's fields: `{subreddit, title, post, chosen, rejected, margin?}`. */
const postFormat = z
  .strictObject({ subreddit: z.string().default(''), title: z.string().default(''), post: words, ...pair })
  .check(refuseIdentical)
  .transform(({ subreddit, title, post, ...rest }) => comparison(rest, renderPrompt({ subreddit, title, post })));

/** The format that a line is in, told by its fields. */
export function comparisonFormat(line: object) {
  if ('info' in line || 'summaries' in line || 'choice' in line) return openaiFormat;
  return 'prompt' in line ? promptFormat : postFormat;
}
