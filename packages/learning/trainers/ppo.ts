import type { DemonstrationRow, PpoHyperparameters } from '@laurel/contracts';
import * as tf from '@tensorflow/tfjs-core';
import { type Model, writeModelFiles } from '../checkpoint/model-files.ts';
import { readTrainerState, writeTrainerState } from '../checkpoint/trainer-state.ts';
import { policyLoss, policyStatistics } from '../losses/policy-loss.ts';
import { valueLoss } from '../losses/value-loss.ts';
import type { Decoder, Gradients, Kernels } from '../model/kernels.ts';
import { copyParameters, countParameters, disposeParameters } from '../model/parameters.ts';
import { linearSchedule } from '../optimiser/learning-rate.ts';
import {
  createOptimiserState,
  disposeOptimiserState,
  type OptimiserState,
  updateParameters,
} from '../optimiser/optimiser.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { ADAM, type PpoSettings, ppoSettings } from '../settings/hyperparameters.ts';
import { encodePrompt } from './encode.ts';
import { exampleOrder } from './example-order.ts';
import { addGradients, differentiateHeadValues, differentiateLogProbs } from './model-outputs.ts';
import { type Pass, splitIntoPasses } from './pass.ts';
import { assignAdvantages, type Episode, explainedVariance, measureEpisodes, rollOut } from './ppo-episodes.ts';
import { readPolicy, readRewardModel } from './read-policy.ts';
import { encodeFitting } from './sequence.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

/** Detail 12 failed: sampling and updating do not see the same policy. */
export class UpdateNotNeutral extends Error {
  override name = 'UpdateNotNeutral';
  readonly code = 'update_not_neutral';
}

/** How far a ratio that should be 1 may lie from it: the passes are the same, so nothing but the last bits may differ. */
const RATIO_TOLERANCE = 1e-4;

export interface PpoJob {
  kernels: Kernels;
  /** π_SFT: where the policy starts, and what KL is measured from. */
  policy: Files;
  /** r_θ, and where the value network starts. */
  rewardModel: Files;
  /** Only the prompts are used. */
  rows: readonly DemonstrationRow[];
  hyperparameters: PpoHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}

/**
 * Proximal policy optimisation of r_θ(x, y) − β log[π(y|x) / π_SFT(y|x)] (Stiennon et al. 2020, section 3.4 and appendix
 * B.1; Schulman et al. 2017), with a separate value network.
 */
export async function createPpoTrainer(job: PpoJob): Promise<Trainer> {
  const { kernels, resumeFrom } = job;
  const reference = readPolicy(job.policy, 'policy');
  const rewardModel = readRewardModel(job.rewardModel, 'reward_model');
  const owned = [reference.decoder.parameters, rewardModel.decoder.parameters];
  try {
    requireSameTokenizer(reference, rewardModel);
    const hyperparameters = ppoSettings(countParameters(reference.decoder.parameters), job.hyperparameters);
    const { encoded: prompts, leftOut } = encodePrompts(reference, job.rows, hyperparameters.response_length);
    const policy = resumeFrom
      ? readPolicy(resumeFrom, 'the checkpoint')
      : { ...reference, decoder: copyDecoder(reference.decoder) };
    const value = valueNetwork(rewardModel);
    const trained = resumeFrom ? resumeState(resumeFrom, value) : freshState(policy.decoder, value);
    return new PpoTrainer(
      { kernels, reference, rewardModel, policy: { ...policy, kind: 'policy' }, value, ...trained },
      { hyperparameters, prompts, leftOut, seed: job.seed },
    );
  } catch (error) {
    for (const parameters of owned) disposeParameters(parameters);
    throw error;
  }
}

/** The models of a run, all owned by it, and the optimisers of the two that learn. */
interface PpoState {
  kernels: Kernels;
  reference: Model;
  rewardModel: Model;
  policy: Model;
  value: Decoder;
  policyOptimiser: OptimiserState;
  valueOptimiser: OptimiserState;
  /** Iterations done. */
  iterations: number;
}

class PpoTrainer implements Trainer {
  readonly totalSteps: number;
  readonly settings: Record<string, unknown>;
  readonly #state: PpoState;
  readonly #hyperparameters: PpoSettings;
  readonly #random: RandomGenerator;
  readonly #promptAt: (episode: number) => readonly number[];
  readonly #learningRateAt: (iteration: number) => number;

  constructor(
    state: PpoState,
    run: { hyperparameters: PpoSettings; prompts: number[][]; leftOut: number; seed: number },
  ) {
    const { hyperparameters, prompts } = run;
    this.#state = state;
    this.#hyperparameters = hyperparameters;
    this.#random = RandomGenerator.fromSeed(run.seed);
    const order = exampleOrder(prompts.length, this.#random.fork('examples'));
    this.#promptAt = (episode) => prompts[order(episode)] ?? [];
    this.totalSteps = Math.ceil(hyperparameters.total_episodes / hyperparameters.batch_size);
    this.#learningRateAt = linearSchedule({ peak: hyperparameters.learning_rate, totalSteps: this.totalSteps });
    this.settings = {
      ...hyperparameters,
      examples: prompts.length,
      examples_left_out: run.leftOut,
      parameters: countParameters(state.policy.decoder.parameters),
    };
  }

  get step(): number {
    return this.#state.iterations;
  }

  get finished(): boolean {
    return this.step >= this.totalSteps;
  }

  readonly earlyStop = null;

  /** One iteration: sample and score a batch of episodes, then several epochs of updates on it. */
  async advance(): Promise<Metrics> {
    const { kernels, policy, reference, rewardModel, value } = this.#state;
    const { batch_size, minibatch_size, epochs } = this.#hyperparameters;
    const random = this.#random.fork(`iteration ${this.step}`);
    const learningRate = this.#learningRateAt(this.step);

    const prompts = Array.from({ length: batch_size }, (_, i) => this.#promptAt(this.step * batch_size + i));
    const episodes = rollOut({ kernels, policy, rewardModel }, prompts, this.#hyperparameters, random);
    const minibatchesOf = (epoch: number) =>
      chunks(random.fork(`epoch ${epoch}`).shuffle([...episodes]), minibatch_size).map((minibatch) =>
        splitIntoPasses(minibatch.map((episode) => [episode])),
      );
    // Old log-probabilities come from the very passes that are updated on first (detail 12).
    const firstMinibatches = minibatchesOf(0);
    const models = { kernels, policy: policy.decoder, reference: reference.decoder, value };
    measureEpisodes(models, firstMinibatches.flat(), this.#hyperparameters);
    assignAdvantages(episodes, this.#hyperparameters);
    const metrics = describe(episodes, this.#hyperparameters);

    const updates: Metrics[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const minibatch of epoch === 0 ? firstMinibatches : minibatchesOf(epoch)) {
        updates.push(this.#update(minibatch, { learningRate, isFirst: updates.length === 0 }));
      }
    }
    this.#state.iterations += 1;
    return { ...metrics, ...meanOf(updates), learning_rate: learningRate };
  }

  /** One optimiser update of the policy and one of the value network, on one minibatch. */
  #update(passes: Pass[], { learningRate, isFirst }: { learningRate: number; isFirst: boolean }): Metrics {
    const { kernels, policy, value, policyOptimiser, valueOptimiser } = this.#state;
    const { clip_range, value_clip_range, value_coefficient, temperature } = this.#hyperparameters;
    const tokens = passes.reduce((sum, { rows }) => sum + rows.length, 0);
    const policyGradients: Gradients = {};
    const valueGradients: Gradients = {};
    const sums: Metrics = {};
    try {
      for (const pass of passes) {
        const episodes = pass.sequences as Episode[];
        const weight = pass.rows.length / tokens;
        const oldLogProbs = joined(episodes, 'logProbs');
        const update = differentiateLogProbs(
          kernels,
          { decoder: policy.decoder, pass, temperature, weight },
          (logProbs) =>
            policyLoss(logProbs, tf.tensor1d(oldLogProbs), tf.tensor1d(joined(episodes, 'advantages')), clip_range),
        );
        addGradients(policyGradients, update.gradients);
        const { ratio, ratioDeviation, approxKl, clipFraction } = policyStatistics(
          update.logProbs,
          oldLogProbs,
          clip_range,
        );
        if (isFirst) requireNeutral(ratioDeviation);

        const valueUpdate = differentiateHeadValues(
          kernels,
          { decoder: value, batch: pass.batch, rows: pass.rows, weight: weight * value_coefficient },
          (values) =>
            valueLoss(
              values,
              tf.tensor1d(joined(episodes, 'values')),
              tf.tensor1d(joined(episodes, 'returns')),
              value_clip_range,
            ),
        );
        addGradients(valueGradients, valueUpdate.gradients);
        addMetrics(sums, {
          policy_loss: update.loss,
          value_loss: value_coefficient > 0 ? valueUpdate.loss / value_coefficient : 0,
          ratio: weight * ratio,
          approx_kl: weight * approxKl,
          clip_fraction: weight * clipFraction,
        });
      }
      const gradient_norm = this.#apply(policy.decoder, policyGradients, policyOptimiser, learningRate);
      const value_gradient_norm = this.#apply(value, valueGradients, valueOptimiser, learningRate);
      return { ...sums, gradient_norm, value_gradient_norm };
    } finally {
      disposeParameters(policyGradients);
      disposeParameters(valueGradients);
    }
  }

  #apply({ parameters }: Decoder, gradients: Gradients, state: OptimiserState, learningRate: number): number {
    const settings = {
      beta1: ADAM.beta1,
      beta2: ADAM.beta2,
      epsilon: ADAM.ppoEpsilon,
      weightDecay: 0,
      maxGradientNorm: this.#hyperparameters.max_gradient_norm,
    };
    return updateParameters(this.#state.kernels, { parameters, gradients, state, settings, learningRate }).gradientNorm;
  }

  async checkpoint(): Promise<Files> {
    const { policy, value, policyOptimiser, valueOptimiser, iterations } = this.#state;
    return {
      ...writeModelFiles(policy),
      ...writeTrainerState({
        progress: { iterations, updates: policyOptimiser.step },
        tensors: {
          value: value.parameters,
          policyFirstMoments: policyOptimiser.firstMoments,
          policySecondMoments: policyOptimiser.secondMoments,
          valueFirstMoments: valueOptimiser.firstMoments,
          valueSecondMoments: valueOptimiser.secondMoments,
        },
      }),
    };
  }

  async finish(): Promise<{ files: Files; metrics: Metrics }> {
    return { files: writeModelFiles(this.#state.policy), metrics: {} };
  }

  dispose(): void {
    const { reference, rewardModel, policy, value, policyOptimiser, valueOptimiser } = this.#state;
    for (const { decoder } of [reference, rewardModel, policy]) disposeParameters(decoder.parameters);
    disposeParameters(value.parameters);
    disposeOptimiserState(policyOptimiser);
    disposeOptimiserState(valueOptimiser);
  }
}

type Learning = Pick<PpoState, 'policyOptimiser' | 'valueOptimiser' | 'iterations'>;

function freshState(policy: Decoder, value: Decoder): Learning {
  return {
    policyOptimiser: createOptimiserState(policy.parameters),
    valueOptimiser: createOptimiserState(value.parameters),
    iterations: 0,
  };
}

/** Also puts the checkpoint's weights into the value network. */
function resumeState(files: Files, value: Decoder): Learning {
  const { progress, tensors } = readTrainerState(files);
  disposeParameters(value.parameters);
  value.parameters = tensors.value ?? {};
  const optimiser = (name: string) => ({
    step: Number(progress.updates),
    firstMoments: tensors[`${name}FirstMoments`] ?? {},
    secondMoments: tensors[`${name}SecondMoments`] ?? {},
  });
  return {
    policyOptimiser: optimiser('policy'),
    valueOptimiser: optimiser('value'),
    iterations: Number(progress.iterations),
  };
}

const copyDecoder = ({ config, parameters }: Decoder): Decoder => ({ config, parameters: copyParameters(parameters) });

/** The value network begins as the normalised reward model, and has a bias to learn. */
function valueNetwork({ decoder, rewardBias }: Model): Decoder {
  const value = copyDecoder(decoder);
  value.parameters['score.bias'] = tf.tensor1d([rewardBias]);
  return value;
}

function encodePrompts({ decoder, tokenizer }: Model, rows: readonly DemonstrationRow[], responseLength: number) {
  const limit = decoder.config.n_positions - responseLength;
  const prompts = encodeFitting(rows, ({ prompt }) => encodePrompt(tokenizer, prompt, limit).tokens);
  if (prompts.encoded.length > 0) return prompts;
  throw new UnsuitableInput(
    `No prompt of the dataset fits ${limit} tokens, the context of ${decoder.config.n_positions} less the response's ` +
      `${responseLength}: lower response_length, or use a model with a longer context.`,
  );
}

function requireSameTokenizer(policy: Model, rewardModel: Model): void {
  if (policy.tokenizer.json === rewardModel.tokenizer.json) return;
  throw new UnsuitableInput(
    'policy and reward_model have different tokenizers: train the reward model from this policy, or from one with the same tokenizer.',
  );
}

function requireNeutral(ratioDeviation: number): void {
  if (ratioDeviation <= RATIO_TOLERANCE) return;
  throw new UpdateNotNeutral(
    `Before the first update a ratio differs from 1 by ${ratioDeviation}: sampling and updating disagree on the policy's ` +
      'log-probabilities, which is a fault of the engine.',
  );
}

/** What the batch was like, before it is learned from. */
function describe(episodes: readonly Episode[], { kl_coefficient }: PpoSettings): Metrics {
  const mean = (of: (episode: Episode) => number) => episodes.reduce((sum, e) => sum + of(e), 0) / episodes.length;
  const tokens = episodes.reduce((sum, { completion }) => sum + completion.length, 0);
  return {
    reward: mean(({ score, kl }) => score - kl_coefficient * kl),
    score: mean(({ score }) => score),
    kl: mean(({ kl }) => kl),
    entropy: episodes.reduce((sum, { entropySum }) => sum + entropySum, 0) / tokens,
    explained_variance: explainedVariance(joined(episodes, 'values'), joined(episodes, 'returns')),
    response_tokens: tokens / episodes.length,
    end_share: mean(({ finished }) => (finished ? 1 : 0)),
  };
}

/** A value of every token, episode after episode. [R] */
function joined(episodes: readonly Episode[], name: 'logProbs' | 'values' | 'advantages' | 'returns'): Float32Array {
  return Float32Array.from(episodes.flatMap((episode) => [...episode[name]]));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function addMetrics(sums: Metrics, metrics: Metrics): void {
  for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + value;
}

function meanOf(metrics: readonly Metrics[]): Metrics {
  const sums: Metrics = {};
  for (const each of metrics) addMetrics(sums, each);
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / metrics.length]));
}
