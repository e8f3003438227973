import { type CompletionScore, type PromptInput, renderPrompt, type TruncationRule } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { type Live, resolveLive } from './resolve-live.ts';

export interface ScoreRequest {
  items: { prompt: PromptInput; completions: string[] }[];
  truncation: TruncationRule;
}

export interface ScoredItem {
  scores: CompletionScore[];
  /**
   * The completion with the highest score, and how probable it is that a person prefers it to the others: the
   * Bradley–Terry–Luce model, for two completions σ(r₁ − r₂). Null for one completion.
   */
  preferred: { index: number; probability: number } | null;
}

/** Scores completions with an endpoint's live version. @throws {Problem} 404, 409, and what the engine objects to */
export async function score(
  context: Context,
  projectId: string,
  endpointId: string,
  { items, truncation }: ScoreRequest,
): Promise<{ live: Live; items: ScoredItem[] }> {
  const live = await resolveLive(context, projectId, endpointId, 'score');
  const answer = await context.serving.score({
    model: live.model,
    truncation,
    items: items.map(({ prompt, completions }) => ({ prompt: renderPrompt(prompt), completions })),
  });
  return { live, items: answer.items.map((scores) => ({ scores, preferred: preferredOf(scores) })) };
}

function preferredOf(scores: CompletionScore[]): ScoredItem['preferred'] {
  if (scores.length < 2) return null;
  const raw = scores.map((one) => one.raw);
  const best = Math.max(...raw);
  const total = raw.reduce((sum, one) => sum + Math.exp(one - best), 0);
  return { index: raw.indexOf(best), probability: 1 / total };
}
