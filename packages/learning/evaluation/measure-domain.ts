import type { BestOfReport, DemonstrationRow, EvaluatedSample, PolicyReport, SpecOf } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import { logRatio } from '../losses/token-rewards.ts';
import type { Decoder, Kernels } from '../model/kernels.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { bestOfN } from '../sampling/best-of-n.ts';
import { type Sample, sample } from '../sampling/sample.ts';
import { DoesNotFit, encodeCompletion, encodePrompt } from '../trainers/encode.ts';
import { completionLogProbs } from '../trainers/model-outputs.ts';
import { splitBySequence, splitIntoPasses } from '../trainers/pass.ts';
import { UnsuitableInput } from '../trainers/unsuitable-input.ts';
import { bestOfKlBound, bestOfSizes, expectedBestOf } from './best-of-curve.ts';
import { leadSentences } from './lead-sentences.ts';
import { rougeScore } from './rouge/rouge-score.ts';
import { scoreCompletions } from './score-completions.ts';
import { estimateMean, mean } from './statistics/mean.ts';
import { winRatesAgainst } from './win-rates.ts';

/** A held-out prompt, its reference, and the prompt's tokens. */
interface HeldOut {
  row: DemonstrationRow;
  tokens: number[];
}

/** What every measurement of a policy works with. */
export interface Bench {
  kernels: Kernels;
  rewardModel: Model;
  /** π_SFT. */
  reference: Model;
  spec: SpecOf<'evaluation'>;
  heldOut: HeldOut[];
}

/** The first prompts of a dataset. @throws {UnsuitableInput} naming the row whose prompt does not fit */
export function chooseHeldOut(
  { decoder, tokenizer }: Model,
  rows: readonly DemonstrationRow[],
  { max_prompts, response_length }: SpecOf<'evaluation'>,
  member: 'dataset' | 'transfer_dataset',
): HeldOut[] {
  const limit = decoder.config.n_positions - response_length;
  return rows.slice(0, max_prompts).map((row, i) => {
    try {
      return { row, tokens: encodePrompt(tokenizer, row.prompt, limit).tokens };
    } catch (error) {
      if (error instanceof DoesNotFit) throw new UnsuitableInput(`${member}, row ${i + 1}: ${error.message}`);
      throw error;
    }
  });
}

/** The reference summaries, and lead-3. */
export function measureBaselines(bench: Bench): PolicyReport[] {
  const ofTexts = (name: string, textOf: (row: DemonstrationRow) => string) => {
    const texts = bench.heldOut.map(({ row }) => [textOf(row).trim()]);
    return describe(name, null, withoutRatio(scoreSamples(bench, texts).flat()));
  };
  const reference = ofTexts('reference', ({ completion }) => completion);
  const lead = ofTexts('lead-3', ({ prompt }) => leadSentences(prompt.post, 3));
  return [reference, lead].map((policy) => againstReference(bench, policy, reference));
}

/** SFT by the first sample of each prompt, the best of all its samples by predicted reward, and the curve between them. */
export function measureReference(
  bench: Bench,
  reference: PolicyReport,
): { policies: PolicyReport[]; bestOf: BestOfReport } {
  const n = bench.spec.best_of;
  const scored = scoreSamples(bench, decodeAll(bench.reference, sampleFrom(bench, bench.reference, n)));
  const first = scored.flatMap(([each]) => (each ? [{ ...each, log_ratio: 0 }] : []));
  const best = scored.flatMap((ofPrompt) => bestOfN(ofPrompt, ({ reward }) => reward) ?? []);
  const policies = [
    describe('sft', { mean: 0, standard_error: 0 }, first),
    describe(`best-of-${n}`, { mean: bestOfKlBound(n), standard_error: null }, withoutRatio(best)),
  ];
  const rewardsOf = scored.map((ofPrompt) => ofPrompt.map(({ reward }) => reward));
  const curve = bestOfSizes(n).map((size) => ({
    n: size,
    reward: estimateMean(rewardsOf.map((rewards) => expectedBestOf(rewards, size))),
    kl_bound: bestOfKlBound(size),
  }));
  return {
    policies: policies.map((policy) => againstReference(bench, policy, reference)),
    bestOf: { curve, samples: scored.flat() },
  };
}

/** A policy by one sample of each prompt. */
export function measurePolicy(bench: Bench, name: string, policy: Model, reference: PolicyReport): PolicyReport {
  const samples = sampleFrom(bench, policy, 1);
  const scored = scoreSamples(bench, decodeAll(policy, samples)).flat();
  const ratios = logRatios(bench, policy.decoder, samples.flat());
  const entries = scored.map((each, i) => ({ ...each, log_ratio: ratios[i] ?? Number.NaN }));
  return againstReference(bench, describe(name, estimateMean(ratios), entries), reference);
}

/**
 * Every policy is sampled with the same random numbers, whatever its id: the same seed gives the same report, and policies differ by
 * what they have learnt and not by luck.
 */
function sampleFrom({ kernels, heldOut, spec }: Bench, { decoder, tokenizer }: Model, n: number) {
  const prompts = heldOut.map(({ tokens }) => tokens);
  return sample(kernels, decoder, prompts, {
    n,
    temperature: spec.temperature,
    maxNewTokens: spec.response_length,
    random: RandomGenerator.fromSeed(spec.seed).fork('samples'),
    endOfText: tokenizer.endOfText,
  });
}

/** log π(y|x) − log π_SFT(y|x) of one sample for each prompt, at the sampling temperature. */
function logRatios({ kernels, reference, heldOut, spec }: Bench, policy: Decoder, samples: Sample[]): number[] {
  const units = samples.map(({ tokens }, i) => [
    { prompt: heldOut[i]?.tokens ?? [], completion: tokens, truncated: false },
  ]);
  return splitIntoPasses(units).flatMap((pass) => {
    const logProbsOf = (decoder: Decoder) =>
      splitBySequence(pass, completionLogProbs(kernels, { decoder, pass, temperature: spec.temperature }).logProbs);
    const sft = logProbsOf(reference.decoder);
    return logProbsOf(policy).map((logProbs, i) => logRatio(logProbs, sft[i] ?? new Float32Array()));
  });
}

const decodeAll = ({ tokenizer }: Model, samples: Sample[][]) =>
  samples.map((ofPrompt) => ofPrompt.map(({ tokens }) => tokenizer.decode(tokens).trim()));

/**
 * Garbled bytes become tokens of their own when their text is encoded, more than were sampled: what the reward model has no room for is
 * cut, for one such sample is no reason to fail.
 *
 * @param texts of each prompt
 */
function scoreSamples({ kernels, rewardModel, heldOut }: Bench, texts: string[][]) {
  const items = heldOut.map(({ row }, i) => ({ prompt: row.prompt, completions: texts[i] ?? [] }));
  return scoreCompletions(kernels, rewardModel, items, 'completion').map((scores, prompt) =>
    scores.map(({ score }, k) => {
      const text = texts[prompt]?.[k] ?? '';
      const tokens = encodeCompletion(rewardModel.tokenizer, text).length;
      return { prompt, text, reward: score, tokens };
    }),
  );
}

const withoutRatio = (samples: Omit<EvaluatedSample, 'log_ratio'>[]): EvaluatedSample[] =>
  samples.map((each) => ({ ...each, log_ratio: null }));

/** What a policy's samples say without being compared with anything. */
type Described = Omit<PolicyReport, 'rouge' | 'against_reference'>;

function describe(
  name: string,
  kl: { mean: number; standard_error: number | null } | null,
  samples: EvaluatedSample[],
): Described {
  const reward = estimateMean(samples.map(({ reward }) => reward));
  return {
    name,
    mean_reward: reward.mean,
    reward_standard_error: reward.standard_error,
    kl: kl?.mean ?? null,
    kl_standard_error: kl?.standard_error ?? null,
    mean_tokens: mean(samples.map(({ tokens }) => tokens)),
    samples,
  };
}

/** ROUGE and win rates against the reference summaries, by the reward model. */
function againstReference({ heldOut }: Bench, policy: Described, reference: Described): PolicyReport {
  const scores = policy.samples.map(({ prompt, text }) =>
    rougeScore(heldOut[prompt]?.row.completion ?? '', text, true),
  );
  const rouge = {
    rouge_1: mean(scores.map(({ rouge1 }) => rouge1.fMeasure)),
    rouge_2: mean(scores.map(({ rouge2 }) => rouge2.fMeasure)),
    rouge_l: mean(scores.map(({ rougeL }) => rougeL.fMeasure)),
  };
  if (policy.name === reference.name) return { ...policy, rouge, against_reference: null };
  const against_reference = winRatesAgainst(policy.samples, reference.samples, ({ reward }) => reward);
  return { ...policy, rouge, against_reference };
}
