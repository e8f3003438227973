import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import type { SamplingPrompt } from '../trainers/sampling-prompts.ts';
import { sampleText, scoreTexts } from '../trainers/score-texts.ts';
import { sample } from './sample.ts';

/** The models that sample and judge; they may have different tokenizers. */
export interface Sampler {
  policy: Model;
  rewardModel: Model;
}

export interface ScoredSampling {
  n: number;
  temperature: number;
  maxNewTokens: number;
  random: RandomGenerator;
}

/** A response that has an end, and r_θ(x, y). */
export interface ScoredResponse {
  text: string;
  score: number;
}

/** y_1 … y_n ~ π(·|x) of each prompt with their rewards; those without an end, or too long for the reward model, are left out. */
export function sampleScored(
  kernels: Kernels,
  { policy, rewardModel }: Sampler,
  prompts: readonly SamplingPrompt[],
  sampling: ScoredSampling,
): ScoredResponse[][] {
  const tokens = prompts.map((prompt) => prompt.tokens);
  const samples = sample(kernels, policy.decoder, tokens, { ...sampling, endOfText: policy.tokenizer.endOfText });
  const texts = samples.map((ofPrompt) => ofPrompt.map((each) => sampleText(policy, each)));
  const items = prompts.map(({ row }, i) => ({ prompt: row.prompt, texts: texts[i] ?? [] }));
  return scoreTexts(kernels, rewardModel, items).map((ofPrompt, i) =>
    ofPrompt.flatMap((score, k) => (score === null ? [] : [{ text: texts[i]?.[k] ?? '', score }])),
  );
}
