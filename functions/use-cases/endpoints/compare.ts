import type { CompletionScore, PromptOrChat, TruncationRule } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Answered, Ask } from './ask.ts';
import { scoreItems } from './score-items.ts';

export interface CompareRequest {
  items: { prompt: PromptOrChat; a: string; b: string }[];
  truncation: TruncationRule;
}

export interface Comparison {
  a: CompletionScore;
  b: CompletionScore;
  /** P(A > B) = σ(r_A − r_B) (Stiennon et al. 2020, section 3.4; Bradley and Terry 1952). */
  probability_a: number;
  /** `a` of two that are equal. */
  preferred: 'a' | 'b';
}

/** Says which of two completions a person would prefer, and how probably. @throws {Problem} as `scoreItems` */
export async function compare(
  context: Context,
  ask: Ask,
  { items, truncation }: CompareRequest,
): Promise<Answered<{ items: Comparison[] }>> {
  const pairs = items.map(({ prompt, a, b }) => ({ prompt, completions: [a, b] }));
  const { answering, items: scored } = await scoreItems(context, ask, { items: pairs, truncation });
  const comparisons = scored.map(([a, b]): Comparison => {
    if (!a || !b) throw new Error('The engine scored fewer completions than it was asked to.');
    return { a, b, probability_a: 1 / (1 + Math.exp(b.raw - a.raw)), preferred: b.raw > a.raw ? 'b' : 'a' };
  });
  return { answering, items: comparisons };
}
