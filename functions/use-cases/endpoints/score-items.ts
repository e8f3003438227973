import { type CompletionScore, type PromptOrChat, renderPromptOrChat, type TruncationRule } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Answered, Ask } from './ask.ts';
import { recordShadow } from './record-shadow.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';

export interface ScoreRequest {
  items: { prompt: PromptOrChat; completions: string[] }[];
  truncation: TruncationRule;
}

/**
 * Scores completions with the version that answers this request; the shadow does the same when the answer is there.
 *
 * @throws {Problem} 404, 409, and what the engine objects to
 */
export async function scoreItems(
  context: Context,
  ask: Ask,
  { items, truncation }: ScoreRequest,
): Promise<Answered<{ items: CompletionScore[][] }>> {
  const { projectId, endpoint, requestId, routingKey, timeoutMs, onTimed } = ask;
  const { answering, shadow } = await resolveEndpoint(context, projectId, endpoint, 'score', routingKey);
  const rendered = items.map(({ prompt, completions }) => ({ prompt: renderPromptOrChat(prompt), completions }));
  const request = { model: answering.model, truncation, items: rendered };
  const answer = await context.serving.score(request, timeoutMs, onTimed);
  if (shadow) {
    context.background.offer(() => recordShadow(context, { request, answer, answering, shadow, requestId }));
  }
  return { answering, items: answer.items };
}
