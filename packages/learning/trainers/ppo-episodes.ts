import { generalisedAdvantages, whiten } from '../losses/advantages.ts';
import { responseScore } from '../losses/response-score.ts';
import { logRatio, tokenRewards } from '../losses/token-rewards.ts';
import type { Decoder, Kernels } from '../model/kernels.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { sample } from '../sampling/sample.ts';
import type { PpoSettings } from '../settings/ppo-settings.ts';
import { completionLogProbs, headValues } from './model-outputs.ts';
import { type Pass, splitBySequence } from './pass.ts';
import type { PpoModels } from './ppo-models.ts';
import type { SamplingPrompt } from './sampling-prompts.ts';
import { sampleText, scoreTexts } from './score-texts.ts';
import type { Sequence } from './sequence.ts';

/** A prompt, the response sampled for it, and all that PPO knows of each of its tokens t. */
export interface Episode extends Sequence {
  /** The response has an end, and the reward model's context holds it. */
  finished: boolean;
  /** r_θ(x, y), normalised, or the penalty for a missing end (detail 9); see `responseScore`. */
  score: number;
  /** log π_old(y_t | x, y_<t). */
  logProbs: Float32Array;
  referenceLogProbs: Float32Array;
  /** V_old before token t. */
  values: Float32Array;
  advantages: Float32Array;
  returns: Float32Array;
  /** log π(y|x) − log π_SFT(y|x). */
  kl: number;
  /** Over its tokens, nats. */
  entropySum: number;
}

const NOTHING = new Float32Array();

/** Samples one response y ~ π(·|x) for each prompt and scores it (detail 9). */
export function rollOut(
  { kernels, policy, rewardModel }: Pick<PpoModels, 'kernels' | 'policy' | 'rewardModel'>,
  prompts: readonly SamplingPrompt[],
  settings: PpoSettings,
  random: RandomGenerator,
): Episode[] {
  const { temperature, response_length: maxNewTokens, subtract_reference_score } = settings;
  const tokensOf = prompts.map(({ tokens }) => tokens);
  const { endOfText } = policy.tokenizer;
  const options = { n: 1, temperature, maxNewTokens, random: random.fork('sampling'), endOfText };
  const samples = sample(kernels, policy.decoder, tokensOf, options).flat();
  const items = prompts.map(({ row: { prompt, completion } }, i) => {
    const response = sampleText(policy, samples[i]);
    return { prompt, texts: subtract_reference_score ? [response, completion ?? null] : [response] };
  });
  const rewards = scoreTexts(kernels, rewardModel, items);
  return samples.map(({ tokens }, i): Episode => {
    const [reward = null, referenceReward] = rewards[i] ?? [];
    const given = { reward, referenceReward: referenceReward ?? 0, tokens: tokens.length };
    return {
      prompt: tokensOf[i] ?? [],
      completion: tokens,
      truncated: false,
      finished: reward !== null,
      score: responseScore(given, settings),
      logProbs: NOTHING,
      referenceLogProbs: NOTHING,
      values: NOTHING,
      advantages: NOTHING,
      returns: NOTHING,
      kl: 0,
      entropySum: 0,
    };
  });
}

/** Fills in log π_old, log π_SFT, V_old and the entropy, all at temperature T (detail 9). */
export function measureEpisodes(
  { kernels, policy, reference, value }: { kernels: Kernels; policy: Decoder; reference: Decoder; value: Decoder },
  passes: readonly Pass[],
  { temperature }: PpoSettings,
): void {
  for (const pass of passes) {
    const own = completionLogProbs(kernels, { decoder: policy, pass, temperature });
    const logProbs = splitBySequence(pass, own.logProbs);
    const entropy = splitBySequence(pass, own.entropy);
    const sft = completionLogProbs(kernels, { decoder: reference, pass, temperature });
    const referenceLogProbs = splitBySequence(pass, sft.logProbs);
    const values = splitBySequence(pass, headValues(kernels, value, pass.batch, pass.rows));
    (pass.sequences as Episode[]).forEach((episode, i) => {
      episode.logProbs = logProbs[i] ?? NOTHING;
      episode.referenceLogProbs = referenceLogProbs[i] ?? NOTHING;
      episode.values = values[i] ?? NOTHING;
      episode.kl = logRatio(episode.logProbs, episode.referenceLogProbs);
      episode.entropySum = (entropy[i] ?? NOTHING).reduce((sum, nats) => sum + nats, 0);
    });
  }
}

/**
 * Per-token rewards (detail 10), which may be whitened around their mean, generalised advantages and returns, then whitening of the
 * advantages; both kinds of whitening are over the whole batch (detail 11).
 */
export function assignAdvantages(
  episodes: readonly Episode[],
  klCoefficient: number,
  { gamma, lambda, whiten_rewards }: Pick<PpoSettings, 'gamma' | 'lambda' | 'whiten_rewards'>,
): void {
  const perEpisode = episodes.map(({ logProbs, referenceLogProbs, score }) =>
    tokenRewards(logProbs, referenceLogProbs, score, klCoefficient),
  );
  const rewards = whiten_rewards ? split(whiten(concatenate(perEpisode), { keepMean: true }), perEpisode) : perEpisode;
  episodes.forEach((episode, i) => {
    Object.assign(episode, generalisedAdvantages(rewards[i] ?? NOTHING, episode.values, gamma, lambda));
  });
  const advantages = episodes.map((episode) => episode.advantages);
  const whitened = split(whiten(concatenate(advantages)), advantages);
  episodes.forEach((episode, i) => {
    episode.advantages = whitened[i] ?? NOTHING;
  });
}

/** A value of every token, episode after episode. [R] */
export const joined = (
  episodes: readonly Episode[],
  name: 'logProbs' | 'values' | 'advantages' | 'returns',
): Float32Array => concatenate(episodes.map((episode) => episode[name]));

const concatenate = (parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

/** Cuts what was concatenated into parts of the lengths that it was made of. */
function split(values: Float32Array, parts: readonly Float32Array[]): Float32Array[] {
  let end = 0;
  return parts.map(({ length }) => {
    end += length;
    return values.slice(end - length, end);
  });
}
