import { type CompletionScore, type PromptOrChat, renderPromptOrChat, type SequenceRule } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { checkTokens } from '../quotas/check-tokens.ts';
import { countScored } from '../usage/count-tokens.ts';
import type { Answered, Ask } from './ask.ts';
import { recordShadow } from './record-shadow.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';

export interface ScoreRequest {
  items: { prompt: PromptOrChat; completions: string[] }[];
  truncation: SequenceRule;
}

/**
 * Scores completions with the version that answers this request; the shadow does the same when the answer is there.
 *
 * @throws {Problem} 404, 409, 429 when the tokens of the day are used up, and what the engine objects to
 */
export async function scoreItems(
  context: Context,
  ask: Ask,
  { items, truncation }: ScoreRequest,
): Promise<Answered<{ items: CompletionScore[][] }>> {
  const { projectId, endpoint, requestId, routingKey, timeoutMs, onTimed } = ask;
  const resolved = await resolveEndpoint(context, projectId, endpoint, 'score', routingKey);
  checkTokens(context, projectId, resolved);
  const { answering, shadow } = resolved;
  const rendered = items.map(({ prompt, completions }) => ({ prompt: renderPromptOrChat(prompt), completions }));
  const request = { model: answering.model, truncation, items: rendered };
  const answer = await context.serving.score(request, timeoutMs, onTimed);
  countScored(context, projectId, answer.items);
  if (shadow) {
    context.background.offer(() => recordShadow(context, { request, answer, answering, shadow, requestId }));
  }
  return { answering, items: answer.items };
}
