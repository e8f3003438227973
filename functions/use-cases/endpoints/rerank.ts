import type { CompletionScore, PromptOrChat, TruncationRule } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Answered, Ask } from './ask.ts';
import { scoreItems } from './score-items.ts';

export interface RerankRequest {
  prompt: PromptOrChat;
  completions: string[];
  /** Left out: all. */
  topN: number | undefined;
  truncation: TruncationRule;
}

export type RankedCompletion = CompletionScore & {
  /** In the request. */
  index: number;
};

/** Puts completions in order, the one with the highest score first. @throws {Problem} as `scoreItems` */
export async function rerank(
  context: Context,
  ask: Ask,
  { prompt, completions, topN, truncation }: RerankRequest,
): Promise<Answered<{ results: RankedCompletion[] }>> {
  const { answering, items } = await scoreItems(context, ask, { items: [{ prompt, completions }], truncation });
  const ranked = (items[0] ?? []).map((scored, index) => ({ index, ...scored })).toSorted((a, b) => b.raw - a.raw);
  return { answering, results: ranked.slice(0, topN) };
}
