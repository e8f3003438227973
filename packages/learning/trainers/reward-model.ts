import type { ComparisonRow, DemonstrationRow, RewardModelHyperparameters } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../checkpoint/model-files.ts';
import { type PairOptions, rewardPairLoss } from '../losses/reward-pair-loss.ts';
import type { Decoder, Gradients, Kernels } from '../model/kernels.ts';
import { countParameters, initialiseRewardHead } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { type RewardModelSettings, rewardModelSettings } from '../settings/hyperparameters.ts';
import { addGradients, differentiateHeadValues, headValues } from './model-outputs.ts';
import { encodePairs, indicesByPost, marginsOfPairs, type Pair, splitPairsIntoPasses, valuesOfPairs } from './pairs.ts';
import { splitIntoPasses } from './pass.ts';
import { readPolicy, readRewardModel } from './read-policy.ts';
import { encodeFitting, encodeSequences, type Sequence } from './sequence.ts';
import { splitByGroup } from './split-by-group.ts';
import { createSupervisedTrainer } from './supervised-trainer.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';
import { adaptWhereAsked } from './with-lora.ts';

/**
 * Trains r_θ from comparisons (Stiennon et al. 2020, section 3.4): the supervised policy with a scalar head, read at the
 * last token, minimises −log σ(r_θ(x, y_chosen) − r_θ(x, y_rejected)). A post and its K summaries are computed once for all of
 * their comparisons, which stay together in the order of training (Ouyang et al. 2022, section 3.5).
 */
export async function createRewardModelTrainer(job: {
  kernels: Kernels;
  parent: Files;
  rows: readonly ComparisonRow[];
  /** Their completions score 0 on average afterwards. */
  references: readonly DemonstrationRow[];
  validationFraction: number;
  hyperparameters: RewardModelHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}): Promise<Trainer> {
  const { kernels, seed, resumeFrom } = job;
  const random = RandomGenerator.fromSeed(seed);
  const { training, validation } = splitByGroup(job.rows, job.validationFraction, random.fork('validation'));
  const optionsOf = pairOptions(training, job.hyperparameters);
  const start =
    resumeFrom && !job.hyperparameters.lora
      ? readRewardModel(resumeFrom, 'the checkpoint')
      : withRewardHead(job.parent, random);
  const hyperparameters = rewardModelSettings(countParameters(start.decoder.parameters), job.hyperparameters);
  const model = adaptWhereAsked(start, hyperparameters.lora, random);
  const { decoder, tokenizer } = model;
  const context = decoder.config.n_positions;
  const { encoded: pairs, leftOut } = encodePairs(tokenizer, context, training);
  const heldOut = encodePairs(tokenizer, context, validation).encoded;

  return createSupervisedTrainer({
    kernels,
    model,
    hyperparameters,
    seed,
    groups: indicesByPost(pairs),
    leftOut,
    differentiate: (examples) =>
      differentiatePairs(
        kernels,
        decoder,
        examples.flatMap((i) => pairs[i] ?? []),
        optionsOf,
      ),
    validate: heldOut.length > 0 ? () => measurePairs(kernels, decoder, heldOut) : null,
    finish() {
      const references = encodeFitting(job.references, ({ prompt, completion }) =>
        encodeSequences(tokenizer, context, { prompt, completions: [completion] }),
      );
      // Detail 7: reference summaries score 0 on average.
      const referenceMean = mean(rewards(kernels, decoder, references.encoded));
      return { model: { ...model, rewardBias: -referenceMean }, metrics: { reference_reward: referenceMean } };
    },
    resumeFrom,
  });
}

/** The supervised policy with a new scalar head (detail 6) in the place of its language head. */
function withRewardHead(parent: Files, random: RandomGenerator): Model {
  const policy = readPolicy(parent, 'parent');
  const { parameters, config } = policy.decoder;
  parameters['lm_head.weight']?.dispose();
  delete parameters['lm_head.weight'];
  Object.assign(parameters, initialiseRewardHead(config.n_embd, random.fork('reward head')));
  return { ...policy, kind: 'reward_model' };
}

/**
 * What the settings take from rows beside which summary is better: margins, and confidences as weights whose mean is 1.
 * @throws {UnsuitableInput} where no row has what the settings ask for
 */
function pairOptions(
  rows: readonly ComparisonRow[],
  { use_margins, weight_by_confidence }: RewardModelHyperparameters,
): (pairs: readonly Pair[]) => PairOptions {
  const confidences = rows.flatMap(({ confidence }) => confidence ?? []);
  const meanConfidence = mean(confidences);
  if (use_margins && rows.every(({ margin }) => margin === undefined)) throw lacks('use_margins', 'margin');
  if (weight_by_confidence && meanConfidence === 0) throw lacks('weight_by_confidence', 'confidence');
  const weight = ({ row }: Pair) => (row.confidence ?? meanConfidence) / meanConfidence;
  return (pairs) => ({
    ...(use_margins && { margins: tf.tensor1d(pairs.map(({ row }) => row.margin ?? 0)) }),
    ...(weight_by_confidence && { weights: tf.tensor1d(pairs.map(weight)) }),
  });
}

const lacks = (option: keyof RewardModelSettings, member: keyof ComparisonRow) =>
  new UnsuitableInput(
    `hyperparameters.${option}: no comparison has a ${member} above 0: leave the option out, or add it to the rows.`,
  );

/** The mean loss over pairs, with its gradients; exact, though shared posts and summaries are computed once. */
export function differentiatePairs(
  kernels: Kernels,
  decoder: Decoder,
  pairs: readonly Pair[],
  optionsOf: (pairs: readonly Pair[]) => PairOptions,
): { gradients: Gradients; metrics: Metrics } {
  const gradients: Gradients = {};
  const margins: number[] = [];
  let loss = 0;
  for (const pass of splitPairsIntoPasses(pairs)) {
    const weight = pass.pairs.length / pairs.length;
    const outputs = { decoder, batch: pass.batch, rows: pass.lastRows, weight };
    const result = differentiateHeadValues(kernels, outputs, (values) =>
      rewardPairLoss(...valuesOfPairs(pass, values), optionsOf(pass.pairs)),
    );
    loss += result.loss;
    margins.push(...marginsOfPairs(pass, result.values));
    addGradients(gradients, result.gradients);
  }
  return { gradients, metrics: { loss, accuracy: accuracyOf(margins), margin: mean(margins) } };
}

/** Loss and accuracy on held-out pairs. Margins and weights are left aside, so that runs with and without can be compared. */
function measurePairs(kernels: Kernels, decoder: Decoder, pairs: readonly Pair[]): Metrics {
  const margins = splitPairsIntoPasses(pairs).flatMap((pass) =>
    marginsOfPairs(pass, headValues(kernels, decoder, pass.batch, pass.lastRows)),
  );
  return {
    validation_comparisons: margins.length,
    validation_accuracy: accuracyOf(margins),
    validation_loss: mean(margins.map(negativeLogSigmoid)),
  };
}

/** r_θ(x, y) of every sequence, before normalisation, in order. */
export function rewards(kernels: Kernels, decoder: Decoder, units: Sequence[][]): number[] {
  return splitIntoPasses(units).flatMap(({ batch, lastRows }) => [...headValues(kernels, decoder, batch, lastRows)]);
}

/** r(chosen) − r(rejected) of pairs side by side. */
export function marginsOf(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length / 2 }, (_, i) => (values[2 * i] ?? 0) - (values[2 * i + 1] ?? 0));
}

/** Detail 8: only a strictly higher reward is right; a tie is wrong. */
export const accuracyOf = (margins: readonly number[]) => mean(margins.map((margin) => (margin > 0 ? 1 : 0)));

/** −log σ(x), which overflows nowhere. */
export const negativeLogSigmoid = (x: number) => Math.max(0, -x) + Math.log1p(Math.exp(-Math.abs(x)));

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
