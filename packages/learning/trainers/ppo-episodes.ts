import type { Model } from '../checkpoint/model-files.ts';
import { generalisedAdvantages, whiten } from '../losses/advantages.ts';
import { logRatio, tokenRewards } from '../losses/token-rewards.ts';
import type { Decoder, Kernels } from '../model/kernels.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { sample } from '../sampling/sample.ts';
import type { PpoSettings } from '../settings/hyperparameters.ts';
import { completionLogProbs, headValues } from './model-outputs.ts';
import { type Pass, splitBySequence } from './pass.ts';
import { rewards } from './reward-model.ts';
import type { Sequence } from './sequence.ts';

/** A prompt, the response sampled for it, and all that PPO knows of each of its tokens t. */
export interface Episode extends Sequence {
  finished: boolean;
  /** r_θ(x, y), normalised, or the penalty for a missing end (detail 9). */
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

/** Samples one response for each prompt and scores it. */
export function rollOut(
  { kernels, policy, rewardModel }: { kernels: Kernels; policy: Model; rewardModel: Model },
  prompts: readonly (readonly number[])[],
  { temperature, response_length, missing_end_penalty }: PpoSettings,
  random: RandomGenerator,
): Episode[] {
  const { endOfText } = policy.tokenizer;
  const options = { n: 1, temperature, maxNewTokens: response_length, random: random.fork('sampling'), endOfText };
  const samples = sample(kernels, policy.decoder, prompts, options).flat();
  const sequences = samples.map(({ tokens }, i) => ({
    prompt: prompts[i] ?? [],
    completion: tokens,
    truncated: false,
  }));
  const raw = rewards(
    kernels,
    rewardModel.decoder,
    sequences.map((sequence) => [sequence]),
  );
  return sequences.map((sequence, i) => {
    const finished = samples[i]?.finished ?? false;
    const score = finished ? (raw[i] ?? Number.NaN) + rewardModel.rewardBias : missing_end_penalty;
    const perToken = { logProbs: NOTHING, referenceLogProbs: NOTHING, values: NOTHING };
    return { ...sequence, ...perToken, finished, score, advantages: NOTHING, returns: NOTHING, kl: 0, entropySum: 0 };
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

/** Per-token rewards (detail 10), generalised advantages and returns, then whitening over the whole batch (detail 11). */
export function assignAdvantages(
  episodes: readonly Episode[],
  { kl_coefficient, gamma, lambda }: Pick<PpoSettings, 'kl_coefficient' | 'gamma' | 'lambda'>,
): void {
  for (const episode of episodes) {
    const { logProbs, referenceLogProbs, score, values } = episode;
    const tokens = tokenRewards(logProbs, referenceLogProbs, score, kl_coefficient);
    Object.assign(episode, generalisedAdvantages(tokens, values, gamma, lambda));
  }
  const whitened = whiten(Float32Array.from(episodes.flatMap(({ advantages }) => [...advantages])));
  let start = 0;
  for (const episode of episodes) {
    const end = start + episode.advantages.length;
    episode.advantages = whitened.slice(start, end);
    start = end;
  }
}

/** 1 − Var(R − V) / Var(R): 1 where the value network foresees every return, 0 or less where it is no better than their mean. */
export function explainedVariance(values: Float32Array, returns: Float32Array): number {
  const rest = variance(returns.map((value, i) => value - (values[i] ?? Number.NaN)));
  return 1 - rest / Math.max(variance(returns), 1e-8);
}

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
