import type { ComparisonRow, DpoHyperparameters } from '@laurel/contracts';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { dpoLoss } from '../losses/dpo-loss.ts';
import type { Decoder, Gradients, Kernels } from '../model/kernels.ts';
import { countParameters, disposeParameters } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { dpoSettings } from '../settings/hyperparameters.ts';
import { addGradients, completionLogProbs, differentiateLogProbs } from './model-outputs.ts';
import {
  encodePairs,
  indicesByPost,
  marginsOfPairs,
  type Pair,
  type PairPass,
  splitPairsIntoPasses,
  valuesOfPairs,
} from './pairs.ts';
import { splitBySequence } from './pass.ts';
import { readPolicy } from './read-policy.ts';
import { accuracyOf, mean, negativeLogSigmoid } from './reward-model.ts';
import { splitByGroup } from './split-by-group.ts';
import { createSupervisedTrainer } from './supervised-trainer.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { adaptWhereAsked, filesToStartFrom } from './with-lora.ts';

/**
 * Direct preference optimisation (Rafailov et al. 2023): a policy straight from comparisons, by the reward model's loss of the implicit
 * reward β log[π(y|x) / π_ref(y|x)], with the supervised policy as π_ref. AdamW stands in for the paper's RMSprop, a cosine for
 * its constant rate.
 */
export async function createDpoTrainer(job: {
  kernels: Kernels;
  /** Where the policy starts, and π_ref. */
  parent: Files;
  rows: readonly ComparisonRow[];
  validationFraction: number;
  hyperparameters: DpoHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}): Promise<Trainer> {
  const { kernels, seed, resumeFrom } = job;
  const random = RandomGenerator.fromSeed(seed);
  const { training, validation } = splitByGroup(job.rows, job.validationFraction, random.fork('validation'));
  const start = readPolicy(filesToStartFrom(job), 'parent');
  const hyperparameters = dpoSettings(countParameters(start.decoder.parameters), job.hyperparameters);
  const model = { ...adaptWhereAsked(start, hyperparameters.lora, random), kind: 'policy' as const };
  // With LoRA the policy without its adapters is the reference, and nothing is kept twice.
  const ownReference = hyperparameters.lora ? null : readPolicy(job.parent, 'parent').decoder;
  const { tokenizer, decoder: policy } = model;
  const models = { kernels, policy, reference: ownReference ?? start.decoder, beta: hyperparameters.beta };
  const context = policy.config.n_positions;
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
      differentiatePreferences(
        models,
        examples.flatMap((i) => pairs[i] ?? []),
      ),
    validate: heldOut.length > 0 ? () => measurePreferences(models, heldOut) : null,
    finish: () => ({ model, metrics: {} }),
    dispose: () => ownReference && disposeParameters(ownReference.parameters),
    resumeFrom,
  });
}

interface DpoModels {
  kernels: Kernels;
  policy: Decoder;
  reference: Decoder;
  beta: number;
}

/** The mean loss over pairs, with the policy's gradients. */
function differentiatePreferences(
  { kernels, policy, reference, beta }: DpoModels,
  pairs: readonly Pair[],
): { gradients: Gradients; metrics: Metrics } {
  const gradients: Gradients = {};
  const measured: ImplicitRewards[] = [];
  let loss = 0;
  for (const pass of splitPairsIntoPasses(pairs)) {
    const weight = pass.pairs.length / pairs.length;
    const referenceTokens = completionLogProbs(kernels, { decoder: reference, pass, temperature: 1 }).logProbs;
    const result = differentiateLogProbs(kernels, { decoder: policy, pass, temperature: 1, weight }, (tokens) => {
      const [chosen, rejected] = valuesOfPairs(pass, sumBySequence(pass, tokens));
      const [refChosen, refRejected] = valuesOfPairs(pass, sumBySequence(pass, tf.tensor1d(referenceTokens)));
      return dpoLoss(chosen, rejected, { chosen: refChosen, rejected: refRejected }, beta);
    });
    loss += result.loss;
    measured.push(implicitRewards(pass, result.logProbs, referenceTokens, beta));
    addGradients(gradients, result.gradients);
  }
  const { margins, chosen, rejected } = joined(measured);
  const metrics = { accuracy: accuracyOf(margins), margin: mean(margins) };
  return {
    gradients,
    metrics: { loss, ...metrics, chosen_reward: mean(chosen), rejected_reward: mean(rejected) },
  };
}

/** Loss and accuracy of the implicit reward on held-out pairs. */
function measurePreferences({ kernels, policy, reference, beta }: DpoModels, pairs: readonly Pair[]): Metrics {
  const measured = splitPairsIntoPasses(pairs).map((pass) => {
    const [own, ref] = [policy, reference].map(
      (decoder) => completionLogProbs(kernels, { decoder, pass, temperature: 1 }).logProbs,
    ) as [Float32Array, Float32Array];
    return implicitRewards(pass, own, ref, beta);
  });
  const { margins } = joined(measured);
  return {
    validation_comparisons: margins.length,
    validation_accuracy: accuracyOf(margins),
    validation_loss: mean(margins.map(negativeLogSigmoid)),
  };
}

/** β log[π(y|x) / π_ref(y|x)] of each pair's two summaries, and the difference. [P] each */
interface ImplicitRewards {
  chosen: number[];
  rejected: number[];
  margins: number[];
}

function implicitRewards(pass: PairPass, own: Float32Array, reference: Float32Array, beta: number): ImplicitRewards {
  const ratios = own.map((logProb, i) => logProb - (reference[i] ?? Number.NaN)); // [R]
  const rewards = splitBySequence(pass, ratios).map((tokens) => beta * tokens.reduce((sum, ratio) => sum + ratio, 0));
  const of = (places: Int32Array) => Array.from(places, (place) => rewards[place] ?? Number.NaN);
  return { chosen: of(pass.chosen), rejected: of(pass.rejected), margins: marginsOfPairs(pass, rewards) };
}

const joined = (all: readonly ImplicitRewards[]): ImplicitRewards => ({
  chosen: all.flatMap(({ chosen }) => chosen),
  rejected: all.flatMap(({ rejected }) => rejected),
  margins: all.flatMap(({ margins }) => margins),
});

/** log π(y|x) of each sequence, from those of its tokens. [R] → [S] */
function sumBySequence({ sequences }: PairPass, tokens: Tensor1D): Tensor1D {
  const places = sequences.flatMap(({ completion }, s) => completion.map(() => s)); // [R]
  const members = tf.transpose(tf.oneHot(tf.tensor1d(places, 'int32'), sequences.length)); // [S, R]
  return tf.sum(tf.mul(members, tokens), 1);
}
