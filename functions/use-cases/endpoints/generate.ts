import {
  type GeneratedSample,
  type PromptOrChat,
  renderPromptOrChat,
  type ServeGenerateRequest,
} from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { GenerationNews } from '../../serving/serving.ts';
import { checkTokens } from '../quotas/check-tokens.ts';
import { countFollowed, countGenerated } from '../usage/count-tokens.ts';
import type { Answered, Ask } from './ask.ts';
import { resolveEndpoint } from './resolve-endpoint.ts';

export type GenerateRequest = Omit<ServeGenerateRequest, 'model' | 'prompts'> & { prompts: PromptOrChat[] };

/** Samples from the version that answers this request. @throws {Problem} 404, 409, 429 when the tokens of the day are used up, and what the engine objects to */
export async function generate(
  context: Context,
  ask: Ask,
  request: GenerateRequest,
): Promise<Answered<{ prompts: GeneratedSample[][] }>> {
  const { answering, rendered } = await prepare(context, ask, request);
  const { prompts } = await context.serving.generate(rendered, ask.timeoutMs, ask.onTimed);
  countGenerated(context, ask.projectId, prompts);
  return { answering, prompts };
}

/** The same, told while it is written; what is refused is refused before the first of it. @throws {Problem} as `generate` */
export async function followGeneration(
  context: Context,
  ask: Ask,
  request: GenerateRequest,
): Promise<Answered<{ news: AsyncGenerator<GenerationNews> }>> {
  const { answering, rendered } = await prepare(context, ask, request);
  const following = context.serving.follow(rendered, ask.timeoutMs);
  const first = await following.next();
  return { answering, news: countFollowed(context, ask.projectId, afterFirst(first, following)) };
}

async function* afterFirst(
  first: IteratorResult<GenerationNews, void>,
  rest: AsyncGenerator<GenerationNews>,
): AsyncGenerator<GenerationNews> {
  if (first.done) return;
  try {
    yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined); // nobody listens any more
  }
}

async function prepare(context: Context, ask: Ask, { prompts, ...settings }: GenerateRequest) {
  const resolved = await resolveEndpoint(context, ask.projectId, ask.endpoint, 'generate', ask.routingKey);
  checkTokens(context, ask.projectId, resolved);
  const { answering } = resolved;
  const rendered = { model: answering.model, prompts: prompts.map(renderPromptOrChat), ...settings };
  return { answering, rendered };
}
