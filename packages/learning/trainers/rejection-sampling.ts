import type { DemonstrationRow, RejectionSamplingHyperparameters } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import { countParameters, disposeParameters } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { bestOfN } from '../sampling/best-of-n.ts';
import { type Sampler, sampleScored } from '../sampling/sample-scored.ts';
import { type RejectionSamplingSettings, rejectionSamplingSettings } from '../settings/rejection-sampling-settings.ts';
import { readPolicy, readRewardModel } from './read-policy.ts';
import { type PromptToSample, type SamplingPrompt, samplingPrompts } from './sampling-prompts.ts';
import { createSftTrainer } from './sft.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

/** Prompts sampled in one step: some seconds, after which the run can be stopped, and at usual lengths one batch of the sampler. */
const PROMPTS_PER_STEP = 16;

/** In a checkpoint: what has been sampled so far. The fine-tuning's own files lie beside it once that has begun. */
const SAMPLED = 'sampled.json';

export interface RejectionSamplingJob {
  kernels: Kernels;
  policy: Files;
  rewardModel: Files;
  /** Only the prompts are used. */
  rows: readonly PromptToSample[];
  hyperparameters: RejectionSamplingHyperparameters;
  seed: number;
  resumeFrom?: Files | undefined;
}

/** The best response to a prompt, the prompt by its place among those that fit. */
interface Best {
  prompt: number;
  text: string;
  score: number;
}

/** What sampling has come to. */
interface Sampled {
  prompts: number;
  samples: number;
  /** Samples with a score: those that have an end. */
  scored: number;
  scoreSum: number;
  best: Best[];
}

/**
 * Rejection sampling (Touvron et al. 2023, section 3.2.3; RAFT, Dong et al. 2023, algorithm 1, one round): best_of responses y ~ π(·|x)
 * for every prompt, the one with the highest r_θ(x, y) kept, and supervised fine-tuning of π on those. A prompt none of whose responses
 * ends is left out. A further round is a further job, which starts from this one's result.
 * @throws {UnsuitableInput} when no prompt fits, or a model is of the wrong kind
 */
export async function createRejectionSamplingTrainer(job: RejectionSamplingJob): Promise<Trainer> {
  const models: Model[] = [];
  try {
    const policy = readPolicy(job.policy, 'policy');
    models.push(policy);
    const rewardModel = readRewardModel(job.rewardModel, 'reward_model');
    models.push(rewardModel);
    const parameters = countParameters(policy.decoder.parameters);
    const settings = rejectionSamplingSettings(parameters, job.hyperparameters);
    const prompts = samplingPrompts(policy, job.rows, settings.response_length);
    const trainer = new RejectionSamplingTrainer(job, { policy, rewardModel }, settings, prompts);
    await trainer.begin();
    return trainer;
  } catch (error) {
    for (const { decoder } of models) disposeParameters(decoder.parameters);
    throw error;
  }
}

class RejectionSamplingTrainer implements Trainer {
  readonly settings: Record<string, unknown>;
  readonly earlyStop = null;
  readonly #job: RejectionSamplingJob;
  readonly #settings: RejectionSamplingSettings;
  readonly #prompts: readonly SamplingPrompt[];
  readonly #random: RandomGenerator;
  readonly #sampled: Sampled;
  /** Freed before the fine-tuning begins. */
  #sampler: Sampler | null;
  /** Once everything is sampled. */
  #fineTuning: Trainer | null = null;

  constructor(
    job: RejectionSamplingJob,
    sampler: Sampler,
    settings: RejectionSamplingSettings,
    prompts: readonly SamplingPrompt[],
  ) {
    this.#job = job;
    this.#sampler = sampler;
    this.#settings = settings;
    this.#prompts = prompts;
    this.#random = RandomGenerator.fromSeed(job.seed).fork('sampling');
    this.#sampled = readSampled(job.resumeFrom);
    this.settings = {
      ...settings,
      examples: prompts.length,
      examples_left_out: job.rows.length - prompts.length,
      parameters: countParameters(sampler.policy.decoder.parameters),
    };
  }

  get step(): number {
    return Math.ceil(this.#sampled.prompts / PROMPTS_PER_STEP) + (this.#fineTuning?.step ?? 0);
  }

  /** Until everything is sampled, as if every prompt would get a response to learn. */
  get totalSteps(): number {
    const { epochs, batch_size } = this.#settings;
    const expected = Math.ceil(Math.max(1, Math.round(this.#prompts.length * epochs)) / batch_size);
    return Math.ceil(this.#prompts.length / PROMPTS_PER_STEP) + (this.#fineTuning?.totalSteps ?? expected);
  }

  get finished(): boolean {
    return this.#fineTuning?.finished ?? false;
  }

  /** Samples and judges the next prompts; afterwards, one step of fine-tuning. */
  async advance(): Promise<Metrics> {
    if (this.#fineTuning) return this.#fineTuning.advance();
    const step = this.#sampleNext();
    addSampled(this.#sampled, step);
    await this.begin();
    return describe(step);
  }

  /** Begins the fine-tuning, or goes on with it, if everything is sampled. */
  async begin(): Promise<void> {
    const { prompts, best } = this.#sampled;
    if (prompts < this.#prompts.length) return;
    if (best.length === 0) {
      throw new UnsuitableInput(
        `None of the policy's ${this.#sampled.samples} responses came to an end within ${this.#settings.response_length} tokens: raise ` +
          'response_length, or fine-tune the policy on demonstrations first.',
      );
    }
    this.#disposeSampler();
    const { kernels, policy: parent, hyperparameters, seed, resumeFrom } = this.#job;
    const rows = best.flatMap(({ prompt, text }): DemonstrationRow[] => {
      const { row } = this.#prompts[prompt] ?? {};
      return row ? [{ group: row.group, prompt: row.prompt, completion: text }] : [];
    });
    this.#fineTuning = await createSftTrainer({
      kernels,
      parent,
      rows,
      validationFraction: 0,
      hyperparameters,
      seed,
      resumeFrom: resumeFrom && 'trainer.json' in resumeFrom ? resumeFrom : undefined,
    });
  }

  /** y_1 … y_N ~ π(·|x) and argmax r_θ(x, y_n) of the next prompts. */
  #sampleNext(): Sampled {
    if (!this.#sampler) throw new Error('everything is sampled already');
    const { kernels } = this.#job;
    const { best_of: n, temperature, response_length: maxNewTokens } = this.#settings;
    const first = this.#sampled.prompts;
    const prompts = this.#prompts.slice(first, first + PROMPTS_PER_STEP);
    const random = this.#random.fork(`prompt ${first}`);
    const scored = sampleScored(kernels, this.#sampler, prompts, { n, temperature, maxNewTokens, random });
    const candidates = scored.map((ofPrompt, i) => ofPrompt.map((each) => ({ ...each, prompt: first + i })));
    return {
      prompts: prompts.length,
      samples: n * prompts.length,
      scored: candidates.flat().length,
      scoreSum: sum(candidates.flat()),
      best: candidates.flatMap((ofPrompt) => bestOfN(ofPrompt, ({ score }) => score) ?? []),
    };
  }

  async checkpoint(): Promise<Files> {
    const sampled = new TextEncoder().encode(JSON.stringify(this.#sampled));
    return { ...(await this.#fineTuning?.checkpoint()), [SAMPLED]: sampled };
  }

  async finish(): Promise<{ files: Files; metrics: Metrics }> {
    if (!this.#fineTuning) throw new Error('sampling is not finished');
    const { files, metrics } = await this.#fineTuning.finish();
    return { files, metrics: { ...metrics, ...describe(this.#sampled) } };
  }

  dispose(): void {
    this.#disposeSampler();
    this.#fineTuning?.dispose();
  }

  #disposeSampler(): void {
    if (!this.#sampler) return;
    for (const { decoder } of [this.#sampler.policy, this.#sampler.rewardModel]) disposeParameters(decoder.parameters);
    this.#sampler = null;
  }
}

function readSampled(files: Files | undefined): Sampled {
  if (!files) return { prompts: 0, samples: 0, scored: 0, scoreSum: 0, best: [] };
  const bytes = files[SAMPLED];
  if (!bytes) throw new Error(`the checkpoint has no ${SAMPLED}; resume from one that was written whole`);
  return JSON.parse(new TextDecoder().decode(bytes)) as Sampled;
}

function addSampled(total: Sampled, step: Sampled): void {
  total.prompts += step.prompts;
  total.samples += step.samples;
  total.scored += step.scored;
  total.scoreSum += step.scoreSum;
  total.best.push(...step.best);
}

function describe({ prompts, samples, scored, scoreSum, best }: Sampled): Metrics {
  return {
    score: scoreSum / scored,
    best_score: sum(best) / best.length,
    end_share: scored / samples,
    kept_share: best.length / prompts,
  };
}

const sum = (items: readonly { score: number }[]) => items.reduce((total, { score }) => total + score, 0);
