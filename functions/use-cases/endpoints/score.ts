import type { CompletionScore } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Answered, Ask } from './ask.ts';
import { type ScoreRequest, scoreItems } from './score-items.ts';

export interface ScoredItem {
  scores: CompletionScore[];
  /**
   * The completion with the highest score, and how probable it is that a person prefers it to the others: the
   * Bradley–Terry–Luce model, for two completions σ(r₁ − r₂). Null for one completion.
   */
  preferred: { index: number; probability: number } | null;
}

/** Scores completions. @throws {Problem} as `scoreItems` */
export async function score(
  context: Context,
  ask: Ask,
  request: ScoreRequest,
): Promise<Answered<{ items: ScoredItem[] }>> {
  const { answering, items } = await scoreItems(context, ask, request);
  return { answering, items: items.map((scores) => ({ scores, preferred: preferredOf(scores) })) };
}

function preferredOf(scores: CompletionScore[]): ScoredItem['preferred'] {
  if (scores.length < 2) return null;
  const raw = scores.map((one) => one.raw);
  const best = Math.max(...raw);
  const total = raw.reduce((sum, one) => sum + Math.exp(one - best), 0);
  return { index: raw.indexOf(best), probability: 1 / total };
}
