import type { CompletionScore, GeneratedSample } from '@laurel/contracts';
import type { Context } from '../../context.ts';
import type { Ask } from './ask.ts';
import { type GenerateRequest, generate } from './generate.ts';
import type { AnsweringVersion } from './resolve-endpoint.ts';
import { scoreItems } from './score-items.ts';

export interface BestOfNRequest extends GenerateRequest {
  /** The endpoint that writes the samples, by id or name. */
  policy: string;
}

/** What was written to a prompt, and which of it the reward model prefers. */
export interface BestOfSamples {
  samples: (GeneratedSample & { reward: CompletionScore })[];
  /** Of the sample with the highest score, the first one of equals. */
  best: number;
}

/**
 * Samples `n` completions of each prompt from a policy's endpoint and has this one choose (Stiennon et al. 2020, appendix G). The time
 * that the caller waits is for both together.
 *
 * @throws {Problem} as `generate` and `scoreItems`
 */
export async function bestOfN(
  context: Context,
  ask: Ask,
  { policy, ...request }: BestOfNRequest,
): Promise<{ answering: AnsweringVersion; policy: AnsweringVersion; prompts: BestOfSamples[] }> {
  const beginMs = performance.now();
  const written = await generate(context, { ...ask, endpoint: policy }, request);
  const items = request.prompts.map((prompt, p) => ({
    prompt,
    completions: (written.prompts[p] ?? []).map(({ text }) => text),
  }));
  const leftMs = ask.timeoutMs && Math.max(1, ask.timeoutMs - (performance.now() - beginMs));
  // A garbled sample has more tokens when its text is encoded than were sampled: it is cut, and fails none of the others.
  const truncation = request.truncation === 'post' ? 'completion' : request.truncation;
  const scored = await scoreItems(context, { ...ask, timeoutMs: leftMs }, { items, truncation });
  const prompts = written.prompts.map((samples, p) => choose(samples, scored.items[p] ?? []));
  return { answering: scored.answering, policy: written.answering, prompts };
}

function choose(samples: GeneratedSample[], rewards: CompletionScore[]): BestOfSamples {
  const rewarded = samples.map((sample, k) => {
    const reward = rewards[k];
    if (!reward) throw new Error('The engine scored fewer completions than it was asked to.');
    return { ...sample, reward };
  });
  const raw = rewards.map((reward) => reward.raw);
  return { samples: rewarded, best: raw.indexOf(Math.max(...raw)) };
}
