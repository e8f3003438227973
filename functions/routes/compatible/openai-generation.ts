import type { GeneratedSample, PromptOrChat } from '@laurel/contracts';
import type { Context as HonoContext } from 'hono';
import type { z } from 'zod';
import type { AppEnv } from '../../http/app.ts';
import { type StreamedEvent, streamEvents } from '../../http/stream-events.ts';
import { followGeneration, generate } from '../../use-cases/endpoints/generate.ts';
import type { AnsweringVersion } from '../../use-cases/endpoints/resolve-endpoint.ts';
import { askOf } from '../endpoints/asking.ts';
import { newSeed } from '../endpoints/sampling-settings.ts';
import type { openaiSettings } from './openai-request.ts';

type Settings = { [Name in keyof typeof openaiSettings]?: z.output<(typeof openaiSettings)[Name]> };

/** How an answer, and a stream's pieces of it, look in one of OpenAI's APIs. Choices count through the samples of all prompts. */
export interface Form {
  idPrefix: string;
  object: string;
  chunkObject: string;
  choice(index: number, sample: GeneratedSample): Record<string, unknown>;
  /** What opens a choice in a stream; none where nothing does. */
  opening(index: number): Record<string, unknown> | null;
  piece(index: number, text: string): Record<string, unknown>;
  closing(index: number, sample: GeneratedSample): Record<string, unknown>;
}

/** As in OpenAI's API; `max_tokens` is that of `generate`. */
const DEFAULTS = { n: 1, temperature: 1, max_tokens: 48 };

/** Answers one of OpenAI's requests from an endpoint's policy. @throws {Problem} as `generate` */
export async function answerGeneration(
  c: HonoContext<AppEnv>,
  settings: Settings & { model: string },
  prompts: PromptOrChat[],
  form: Form,
): Promise<Response> {
  const n = settings.n ?? DEFAULTS.n;
  const request = {
    prompts,
    n,
    temperature: settings.temperature ?? DEFAULTS.temperature,
    max_tokens: settings.max_tokens ?? DEFAULTS.max_tokens,
    seed: settings.seed ?? newSeed(),
    truncation: 'post' as const,
  };
  const ask = askOf(c, settings.model, settings.user ?? c.req.header('x-routing-key'));
  const context = c.get('context');
  const headOf = (object: string, { modelVersionId }: AnsweringVersion) => ({
    id: `${form.idPrefix}-${c.get('requestId')}`,
    object,
    created: Math.floor(context.now().getTime() / 1000),
    model: settings.model,
    system_fingerprint: modelVersionId,
  });
  if (!settings.stream) {
    const { answering, prompts: sampled } = await generate(context, ask, request);
    const choices = sampled.flat().map((sample, index) => form.choice(index, sample));
    return c.json({ ...headOf(form.object, answering), choices, usage: usageOf(sampled) });
  }
  const { answering, news } = await followGeneration(context, ask, request);
  const head = headOf(form.chunkObject, answering);
  const chunk = (...choices: Record<string, unknown>[]) => ({ data: JSON.stringify({ ...head, choices }) });
  const chunks = async function* (): AsyncGenerator<StreamedEvent> {
    const count = prompts.length * n;
    const openings = Array.from({ length: count }, (_, index) => form.opening(index)).filter((one) => one !== null);
    if (openings.length > 0) yield chunk(...openings);
    for await (const item of news) {
      if ('delta' in item) yield chunk(form.piece(item.delta.prompt * n + item.delta.sample, item.delta.text));
      else {
        yield chunk(...item.answer.prompts.flat().map((sample, index) => form.closing(index, sample)));
        const usage = usageOf(item.answer.prompts);
        if (settings.stream_options?.include_usage) yield { data: JSON.stringify({ ...head, choices: [], usage }) };
        yield { data: '[DONE]' };
      }
    }
  };
  return streamEvents(c, chunks());
}

function usageOf(prompts: readonly (readonly GeneratedSample[])[]) {
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  const prompt_tokens = sum(prompts.map(([first]) => first?.prompt_tokens ?? 0));
  const completion_tokens = sum(prompts.flat().map(({ tokens }) => tokens));
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
