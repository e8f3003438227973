import { type PromptInput, renderPrompt, type ServeGenerateAnswer, type ServeGenerateRequest } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import { type Live, resolveLive } from './resolve-live.ts';

export type GenerateRequest = Omit<ServeGenerateRequest, 'model' | 'prompts'> & { prompts: PromptInput[] };

/** Samples from an endpoint's live version. @throws {Problem} 404, 409, and what the engine objects to */
export async function generate(
  context: Context,
  projectId: string,
  endpointId: string,
  { prompts, ...settings }: GenerateRequest,
): Promise<{ live: Live; prompts: ServeGenerateAnswer['prompts'] }> {
  const live = await resolveLive(context, projectId, endpointId, 'generate');
  const rendered = prompts.map((prompt) => renderPrompt(prompt));
  const answer = await context.serving.generate({ model: live.model, prompts: rendered, ...settings });
  return { live, prompts: answer.prompts };
}
