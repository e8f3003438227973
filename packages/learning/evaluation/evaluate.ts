import type { ComparisonRow, DemonstrationRow, EvaluationReport, SpecOf } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../checkpoint/model-files.ts';
import { logRatio } from '../losses/token-rewards.ts';
import type { Decoder, Kernels } from '../model/kernels.ts';
import { disposeParameters } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { type Sample, sample } from '../sampling/sample.ts';
import { DoesNotFit, encodeCompletion, encodePrompt } from '../trainers/encode.ts';
import { filesOf, type JobInputs, rowsOf } from '../trainers/job-inputs.ts';
import { completionLogProbs } from '../trainers/model-outputs.ts';
import { splitBySequence, splitIntoPasses } from '../trainers/pass.ts';
import { readPolicy, readRewardModel } from '../trainers/read-policy.ts';
import { accuracyOf, marginsOf } from '../trainers/reward-model.ts';
import { UnsuitableInput } from '../trainers/unsuitable-input.ts';
import { leadSentences } from './lead-sentences.ts';
import { scoreCompletions } from './score-completions.ts';

type PolicyReport = EvaluationReport['policies'][number];

/** A held-out prompt, its reference, and the prompt's tokens. */
interface HeldOut {
  row: DemonstrationRow;
  tokens: number[];
}

/** What every part of an evaluation works with. */
interface Bench {
  kernels: Kernels;
  rewardModel: Model;
  /** π_SFT. */
  reference: Model;
  heldOut: HeldOut[];
  temperature: number;
}

/**
 * The reward model's accuracy, and predicted reward, length and KL from SFT of the reference summaries, lead-3, SFT,
 * best-of-N and each policy on held-out prompts (Stiennon et al. 2020, section 4).
 * @param onProgress called after each part; what it throws ends the evaluation
 */
export async function evaluate(
  kernels: Kernels,
  spec: SpecOf<'evaluation'>,
  inputs: JobInputs,
  onProgress: (step: number, totalSteps: number) => void,
): Promise<EvaluationReport> {
  const models: Model[] = [];
  const keep = (model: Model): Model => {
    models.push(model);
    return model;
  };
  let step = 0;
  const stepDone = async () => {
    onProgress(++step, 3 + spec.policies.length);
    await tf.nextFrame(); // lets the caller's timers and signals through
  };
  try {
    const rewardModel = keep(readRewardModel(filesOf(inputs, spec.reward_model), 'reward_model'));
    const reference = keep(readPolicy(filesOf(inputs, spec.reference_policy), 'reference_policy'));
    const comparisons = spec.comparisons ? rowsOf<ComparisonRow>(inputs, spec.comparisons) : null;
    const accuracy = comparisons && measureAccuracy(kernels, rewardModel, comparisons);
    await stepDone();

    const { temperature, response_length: responseLength } = spec;
    const heldOut = chooseHeldOut(reference, rowsOf(inputs, spec.dataset), spec);
    const bench: Bench = { kernels, rewardModel, reference, heldOut, temperature };
    const policies = [
      reportTexts(bench, 'reference', (row) => row.completion),
      reportTexts(bench, 'lead-3', (row) => leadSentences(row.prompt.post, 3)),
    ];
    await stepDone();

    const random = RandomGenerator.fromSeed(spec.seed);
    const sampleFrom = ({ decoder, tokenizer: { endOfText } }: Model, name: string, n: number) => {
      const options = { n, temperature, maxNewTokens: responseLength, random: random.fork(name), endOfText };
      return sample(
        kernels,
        decoder,
        heldOut.map(({ tokens }) => tokens),
        options,
      );
    };
    policies.push(...reportReference(bench, sampleFrom(reference, 'reference', spec.best_of)));
    await stepDone();
    for (const id of spec.policies) {
      const policy = keep(readPolicy(filesOf(inputs, id), `policies: ${id}`));
      if (policy.tokenizer.json !== reference.tokenizer.json) {
        throw new UnsuitableInput(`policies: ${id} and reference_policy have different tokenizers: KL has no meaning.`);
      }
      policies.push(reportPolicy(bench, id, policy, sampleFrom(policy, id, 1).flat()));
      await stepDone();
    }
    return { reward_model_accuracy: accuracy, policies };
  } finally {
    for (const { decoder } of models) disposeParameters(decoder.parameters);
  }
}

/** Accuracy by detail 8, with that of preferring the longer text, in characters, beside it. */
function measureAccuracy(kernels: Kernels, rewardModel: Model, rows: readonly ComparisonRow[]) {
  const items = rows.map(({ prompt, chosen, rejected }) => ({ prompt, completions: [chosen, rejected] }));
  const scores = scoreCompletions(kernels, rewardModel, items).flat();
  const margins = marginsOf(scores.map(({ raw }) => raw));
  return {
    comparisons: rows.length,
    accuracy: accuracyOf(margins),
    longer_wins_accuracy: accuracyOf(rows.map(({ chosen, rejected }) => chosen.trim().length - rejected.trim().length)),
    margins,
  };
}

/** The first prompts of the dataset; a prompt that does not fit ends the job. */
function chooseHeldOut(
  { decoder, tokenizer }: Model,
  rows: readonly DemonstrationRow[],
  { max_prompts, response_length }: SpecOf<'evaluation'>,
): HeldOut[] {
  const limit = decoder.config.n_positions - response_length;
  return rows.slice(0, max_prompts).map((row, i) => {
    try {
      return { row, tokens: encodePrompt(tokenizer, row.prompt, limit).tokens };
    } catch (error) {
      if (error instanceof DoesNotFit) throw new UnsuitableInput(`dataset, row ${i + 1}: ${error.message}`);
      throw error;
    }
  });
}

/** Texts that no policy sampled. */
function reportTexts(bench: Bench, name: string, textOf: (row: DemonstrationRow) => string): PolicyReport {
  const texts = bench.heldOut.map(({ row }) => [textOf(row)]);
  return summarise(name, null, scoreSamples(bench, texts).flat());
}

/** SFT, by the first sample of each prompt, and the best of all its samples by predicted reward. */
function reportReference(bench: Bench, samples: Sample[][]): PolicyReport[] {
  const n = samples[0]?.length ?? 1;
  const scored = scoreSamples(bench, decodeAll(bench.reference, samples));
  const first = scored.flatMap((ofPrompt) => ofPrompt.slice(0, 1)).map((each) => ({ ...each, log_ratio: 0 }));
  const best = scored.flatMap((ofPrompt) => ofPrompt.toSorted((a, b) => b.reward - a.reward).slice(0, 1));
  // An upper bound of KL(best-of-N ‖ SFT), whatever the reward (Stiennon et al. 2020, appendix G.3).
  return [summarise('sft', 0, first), summarise(`best-of-${n}`, Math.log(n) - (n - 1) / n, best)];
}

function reportPolicy(bench: Bench, name: string, policy: Model, samples: Sample[]): PolicyReport {
  const scored = scoreSamples(
    bench,
    decodeAll(
      policy,
      samples.map((each) => [each]),
    ),
  ).flat();
  const ratios = logRatios(bench, policy.decoder, samples);
  const entries = scored.map((each, i) => ({ ...each, log_ratio: ratios[i] ?? Number.NaN }));
  return summarise(name, mean(ratios), entries);
}

/** log π(y|x) − log π_SFT(y|x) of one sample for each prompt, at the sampling temperature. */
function logRatios({ kernels, reference, heldOut, temperature }: Bench, policy: Decoder, samples: Sample[]): number[] {
  const units = samples.map(({ tokens }, i) => [
    { prompt: heldOut[i]?.tokens ?? [], completion: tokens, truncated: false },
  ]);
  return splitIntoPasses(units).flatMap((pass) => {
    const logProbsOf = (decoder: Decoder) =>
      splitBySequence(pass, completionLogProbs(kernels, { decoder, pass, temperature }).logProbs);
    const sft = logProbsOf(reference.decoder);
    return logProbsOf(policy).map((logProbs, i) => logRatio(logProbs, sft[i] ?? new Float32Array()));
  });
}

const decodeAll = ({ tokenizer }: Model, samples: Sample[][]) =>
  samples.map((ofPrompt) => ofPrompt.map(({ tokens }) => tokenizer.decode(tokens).trim()));

/** @param texts of each prompt */
function scoreSamples({ kernels, rewardModel, heldOut }: Bench, texts: string[][]) {
  const items = heldOut.map(({ row }, i) => ({ prompt: row.prompt, completions: texts[i] ?? [] }));
  return scoreCompletions(kernels, rewardModel, items).map((scores, prompt) =>
    scores.map(({ score }, k) => {
      const text = texts[prompt]?.[k] ?? '';
      const tokens = encodeCompletion(rewardModel.tokenizer, text).length;
      return { prompt, text, reward: score, log_ratio: null as number | null, tokens };
    }),
  );
}

function summarise(name: string, kl: number | null, samples: PolicyReport['samples']): PolicyReport {
  const mean_reward = mean(samples.map(({ reward }) => reward));
  return { name, mean_reward, kl, mean_tokens: mean(samples.map(({ tokens }) => tokens)), samples };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
