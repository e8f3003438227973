import type { PpoHyperparameters } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import { adaptKlCoefficient } from '../losses/kl-control.ts';
import type { Kernels } from '../model/kernels.ts';
import { countParameters, disposeParameters } from '../model/parameters.ts';
import { type LearningRate, linearSchedule } from '../optimiser/learning-rate.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { type PpoSettings, ppoSettings } from '../settings/ppo-settings.ts';
import { exampleOrder } from './example-order.ts';
import { splitIntoPasses } from './pass.ts';
import { assignAdvantages, measureEpisodes, rollOut } from './ppo-episodes.ts';
import { describeEpisodes, meanOf } from './ppo-metrics.ts';
import { createPpoModels, disposePpoModels, type PpoModels } from './ppo-models.ts';
import { disposeState, freshState, type PpoState, resumeState, writeCheckpoint } from './ppo-state.ts';
import { updateOnMinibatch } from './ppo-update.ts';
import { readPolicy, readRewardModel } from './read-policy.ts';
import { type PromptToSample, type SamplingPrompt, samplingPrompts } from './sampling-prompts.ts';
import { encodeFitting, encodeSequences } from './sequence.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { trainedParameters } from './with-lora.ts';
import { writeMerged } from './write-merged.ts';

export interface PpoJob {
  kernels: Kernels;
  /** π_SFT: where the policy starts, and what KL is measured from. */
  policy: Files;
  /** r_θ, and where the value network starts if it can read the policy's tokens. */
  rewardModel: Files;
  /** Their prompts, and their references where `subtract_reference_score` is set. */
  rows: readonly PromptToSample[];
  hyperparameters: PpoHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}

/**
 * Proximal policy optimisation of r_θ(x, y) − β log[π(y|x) / π_SFT(y|x)] (Stiennon et al. 2020, section 3.4 and appendix
 * B.1; Schulman et al. 2017), with a separate value network.
 * @throws {UnsuitableInput} when no prompt fits, or a model is of the wrong kind
 */
export async function createPpoTrainer(job: PpoJob): Promise<Trainer> {
  const random = RandomGenerator.fromSeed(job.seed);
  const frozen: Model[] = [];
  try {
    const reference = readPolicy(job.policy, 'policy');
    frozen.push(reference);
    const rewardModel = readRewardModel(job.rewardModel, 'reward_model');
    frozen.push(rewardModel);
    const settings = ppoSettings(countParameters(reference.decoder.parameters), job.hyperparameters);
    const prompts = encodePrompts({ reference, rewardModel }, job.rows, settings);
    const models = createPpoModels(job.kernels, { reference, rewardModel }, settings.lora, random.fork('models'));
    const state = job.resumeFrom ? resumeState(job.resumeFrom, models) : freshState(models, settings.kl_coefficient);
    const run = { settings, prompts, leftOut: job.rows.length - prompts.length, random };
    return new PpoTrainer(models, state, run);
  } catch (error) {
    for (const { decoder } of frozen) disposeParameters(decoder.parameters);
    throw error;
  }
}

class PpoTrainer implements Trainer {
  readonly totalSteps: number;
  readonly settings: Record<string, unknown>;
  readonly #models: PpoModels;
  readonly #state: PpoState;
  readonly #settings: PpoSettings;
  readonly #random: RandomGenerator;
  /** The prompts of `count` episodes from the one numbered `first`. */
  readonly #promptsFrom: (first: number, count: number) => SamplingPrompt[];
  readonly #learningRateAt: LearningRate;

  constructor(
    models: PpoModels,
    state: PpoState,
    run: { settings: PpoSettings; prompts: SamplingPrompt[]; leftOut: number; random: RandomGenerator },
  ) {
    const { settings, prompts, leftOut, random } = run;
    this.#models = models;
    this.#state = state;
    this.#settings = settings;
    this.#random = random;
    const order = exampleOrder(prompts.length, random.fork('examples'));
    this.#promptsFrom = (first, count) =>
      Array.from({ length: count }, (_, i) => order(first + i)).flatMap((i) => prompts[i] ?? []);
    this.totalSteps = Math.ceil(settings.total_episodes / settings.batch_size);
    this.#learningRateAt = linearSchedule({ peak: settings.learning_rate, totalSteps: this.totalSteps });
    const { decoder } = models.policy;
    this.settings = {
      ...settings,
      examples: prompts.length,
      examples_left_out: leftOut,
      parameters: countParameters(decoder.parameters),
      trained_parameters: countParameters(trainedParameters(decoder)),
      value_network_from: models.valueFrom,
    };
  }

  get step(): number {
    return this.#state.iterations;
  }

  get finished(): boolean {
    return this.step >= this.totalSteps || this.earlyStop !== null;
  }

  get earlyStop(): string | null {
    return this.step < this.totalSteps ? this.#state.earlyStop : null;
  }

  /** One iteration: sample and score a batch of episodes, then several epochs of updates on it. */
  async advance(): Promise<Metrics> {
    const { kernels, policy, reference, value } = this.#models;
    const settings = this.#settings;
    const { batch_size, minibatch_size, epochs } = settings;
    const random = this.#random.fork(`iteration ${this.step}`);
    const learningRate = this.#learningRateAt(this.step);
    const beta = this.#state.klCoefficient;

    // y ~ π(·|x), and its score.
    const episodes = rollOut(this.#models, this.#promptsFrom(this.step * batch_size, batch_size), settings, random);

    // log π_old, log π_SFT and V_old, by the very passes that are updated on first (detail 12).
    const minibatchesOf = (epoch: number) =>
      chunks(random.fork(`epoch ${epoch}`).shuffle([...episodes]), minibatch_size).map((minibatch) =>
        splitIntoPasses(minibatch.map((episode) => [episode])),
      );
    const firstMinibatches = minibatchesOf(0);
    const decoders = { kernels, policy: policy.decoder, reference: reference.decoder, value };
    measureEpisodes(decoders, firstMinibatches.flat(), settings);

    // −β (log π − log π_SFT) and the score, token by token; Â and R of them.
    assignAdvantages(episodes, beta, settings);
    const metrics = describeEpisodes(episodes, beta);

    const updates: Metrics[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const minibatch of epoch === 0 ? firstMinibatches : minibatchesOf(epoch)) {
        const update = { settings, learningRate, isFirst: updates.length === 0 };
        updates.push(updateOnMinibatch(this.#models, this.#state, minibatch, update));
      }
    }

    this.#controlKl(metrics.kl, episodes.length);
    this.#state.iterations += 1;
    return { ...metrics, ...meanOf(updates), learning_rate: learningRate };
  }

  /** Steers β where there is a target, and ends the run where there is a limit. */
  #controlKl(kl: number, episodes: number): void {
    const { kl_target: target, kl_horizon: horizon, kl_limit: limit } = this.#settings;
    const state = this.#state;
    if (target !== null)
      state.klCoefficient = adaptKlCoefficient(state.klCoefficient, { kl, episodes, target, horizon });
    if (limit !== null && kl > limit) {
      state.earlyStop = `KL from SFT is ${kl.toPrecision(3)} nats a response, more than kl_limit, ${limit}: the policy as it is now is the result.`;
    }
  }

  async checkpoint(): Promise<Files> {
    return writeCheckpoint(this.#models, this.#state);
  }

  async finish(): Promise<{ files: Files; metrics: Metrics }> {
    return { files: writeMerged(this.#models.policy), metrics: {} };
  }

  dispose(): void {
    disposePpoModels(this.#models);
    disposeState(this.#state);
  }
}

/** The prompts that leave room for a response; with `subtract_reference_score` also the reward model has to hold the reference. */
function encodePrompts(
  { reference, rewardModel }: Pick<PpoModels, 'reference' | 'rewardModel'>,
  rows: readonly PromptToSample[],
  { response_length, subtract_reference_score }: PpoSettings,
): SamplingPrompt[] {
  const { tokenizer, decoder } = rewardModel;
  const { encoded: readable } = encodeFitting(rows, (row) => {
    const { prompt, completion } = row;
    if (subtract_reference_score && completion !== undefined)
      encodeSequences(tokenizer, decoder.config.n_positions, { prompt, completions: [completion] });
    return row;
  });
  return samplingPrompts(reference, readable, response_length);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
