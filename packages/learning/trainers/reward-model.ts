import type { ComparisonRow, DemonstrationRow, SupervisedHyperparameters } from '@laurel/contracts';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../checkpoint/model-files.ts';
import { rewardPairLoss } from '../losses/reward-pair-loss.ts';
import type { Decoder, Gradients, Kernels } from '../model/kernels.ts';
import { countParameters, initialiseRewardHead } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { supervisedSettings } from '../settings/hyperparameters.ts';
import { addGradients, differentiateHeadValues, headValues } from './model-outputs.ts';
import { splitIntoPasses } from './pass.ts';
import { readPolicy, readRewardModel } from './read-policy.ts';
import { encodeFitting, encodeSequences, type Sequence } from './sequence.ts';
import { createSupervisedTrainer } from './supervised-trainer.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';

/**
 * Trains r_θ from comparisons (Stiennon et al. 2020, section 3.4): the supervised policy with a scalar head, read at the
 * last token, minimises −log σ(r_θ(x, y_chosen) − r_θ(x, y_rejected)). The post is computed once for both summaries.
 */
export async function createRewardModelTrainer(job: {
  kernels: Kernels;
  parent: Files;
  rows: readonly ComparisonRow[];
  /** Their completions score 0 on average afterwards. */
  references: readonly DemonstrationRow[];
  validationFraction: number;
  hyperparameters: SupervisedHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}): Promise<Trainer> {
  const { kernels, resumeFrom } = job;
  const random = RandomGenerator.fromSeed(job.seed);
  const model = resumeFrom ? readRewardModel(resumeFrom, 'the checkpoint') : withRewardHead(job.parent, random);
  const { decoder, tokenizer } = model;
  const context = decoder.config.n_positions;
  const { training, validation } = splitByGroup(job.rows, job.validationFraction, random.fork('validation'));
  const encode = ({ prompt, chosen, rejected }: ComparisonRow) =>
    encodeSequences(tokenizer, context, { prompt, completions: [chosen, rejected] });
  const { encoded, leftOut } = encodeFitting(training, encode);

  return createSupervisedTrainer({
    kernels,
    model,
    hyperparameters: supervisedSettings('reward_model', countParameters(decoder.parameters), job.hyperparameters),
    seed: job.seed,
    examples: encoded.length,
    leftOut,
    differentiate: (examples) =>
      differentiatePairs(
        kernels,
        decoder,
        examples.flatMap((i) => [encoded[i] ?? []]),
      ),
    finish() {
      const references = encodeFitting(job.references, ({ prompt, completion }) =>
        encodeSequences(tokenizer, context, { prompt, completions: [completion] }),
      );
      // Detail 7: reference summaries score 0 on average.
      const referenceMean = mean(rewards(kernels, decoder, references.encoded));
      const metrics = {
        ...measurePairs(kernels, decoder, encodeFitting(validation, encode).encoded),
        reference_reward: referenceMean,
      };
      return { model: { ...model, rewardBias: -referenceMean }, metrics };
    },
    resumeFrom,
  });
}

/** The supervised policy with a new scalar head (detail 6). */
function withRewardHead(parent: Files, random: RandomGenerator): Model {
  const policy = readPolicy(parent, 'parent');
  Object.assign(
    policy.decoder.parameters,
    initialiseRewardHead(policy.decoder.config.n_embd, random.fork('reward head')),
  );
  return { ...policy, kind: 'reward_model' };
}

/** Holds out a share of the groups, and with each all of its rows: no post is on both sides. */
export function splitByGroup<Row extends { group: string }>(
  rows: readonly Row[],
  fraction: number,
  random: RandomGenerator,
): { training: Row[]; validation: Row[] } {
  const groups = random.shuffle([...new Set(rows.map(({ group }) => group))]);
  const heldOut = new Set(groups.slice(0, Math.round(fraction * groups.length)));
  return {
    training: rows.filter(({ group }) => !heldOut.has(group)),
    validation: rows.filter(({ group }) => heldOut.has(group)),
  };
}

/** Each pair is the better summary, then the other. */
function differentiatePairs(
  kernels: Kernels,
  decoder: Decoder,
  pairs: Sequence[][],
): { gradients: Gradients; metrics: Metrics } {
  const gradients: Gradients = {};
  const margins: number[] = [];
  let loss = 0;
  for (const { batch, lastRows, sequences } of splitIntoPasses(pairs)) {
    const weight = sequences.length / 2 / pairs.length;
    const result = differentiateHeadValues(kernels, { decoder, batch, rows: lastRows, weight }, (values) => {
      const [chosen, rejected] = tf.unstack(tf.reshape(values, [-1, 2]), 1) as [Tensor1D, Tensor1D]; // [P] each
      return rewardPairLoss(chosen, rejected);
    });
    loss += result.loss;
    margins.push(...marginsOf(result.values));
    addGradients(gradients, result.gradients);
  }
  return { gradients, metrics: { loss, accuracy: accuracyOf(margins), margin: mean(margins) } };
}

/** Loss and accuracy on held-out pairs; nothing where there are none. */
function measurePairs(kernels: Kernels, decoder: Decoder, pairs: Sequence[][]): Metrics {
  if (pairs.length === 0) return {};
  const margins = marginsOf(rewards(kernels, decoder, pairs));
  return {
    validation_comparisons: margins.length,
    validation_accuracy: accuracyOf(margins),
    validation_loss: mean(margins.map((margin) => Math.log1p(Math.exp(-margin)))),
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

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
