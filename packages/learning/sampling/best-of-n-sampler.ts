import type { DemonstrationRow } from '@laurel/contracts';
import type { Kernels } from '../model/kernels.ts';
import { disposeParameters } from '../model/parameters.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { readPolicy, readRewardModel } from '../trainers/read-policy.ts';
import { type PromptToSample, samplingPrompts } from '../trainers/sampling-prompts.ts';
import type { Files } from '../trainers/trainer.ts';
import { UnsuitableInput } from '../trainers/unsuitable-input.ts';
import { bestOfN } from './best-of-n.ts';
import { type Sampler, sampleScored } from './sample-scored.ts';

export interface BestOfNSamplerOptions {
  kernels: Kernels;
  policy: Files;
  rewardModel: Files;
  n: number;
  temperature: number;
  responseLength: number;
  seed: number;
}

/** What came of some prompts. */
export interface BestOfRows {
  /** With the best response; a prompt that does not fit, or none of whose responses ends, is left out. */
  rows: DemonstrationRow[];
  /** Their rewards. */
  scores: number[];
}

/** Best-of-N: the response with the highest r_θ(x, y) among N ~ π(·|x) (Stiennon et al. 2020, appendix G). Owns two models. */
export class BestOfNSampler {
  readonly #options: BestOfNSamplerOptions;
  readonly #models: Sampler;
  readonly #random: RandomGenerator;

  /** @throws {UnsuitableInput} when a model is of the wrong kind, or has no room for a response */
  constructor(options: BestOfNSamplerOptions) {
    this.#options = options;
    const policy = readPolicy(options.policy, 'policy');
    try {
      const { n_positions: context } = policy.decoder.config;
      if (options.responseLength >= context) {
        throw new UnsuitableInput(`response_length must be below ${context}, the context of the policy.`);
      }
      this.#models = { policy, rewardModel: readRewardModel(options.rewardModel, 'reward_model') };
    } catch (error) {
      disposeParameters(policy.decoder.parameters);
      throw error;
    }
    this.#random = RandomGenerator.fromSeed(options.seed).fork('sampling');
  }

  /** @param place tells these rows from others: the same rows at the same place get the same responses */
  choose(rows: readonly PromptToSample[], place: string): BestOfRows {
    const { kernels, n, temperature, responseLength: maxNewTokens } = this.#options;
    const { policy } = this.#models;
    const prompts = rows.flatMap((row) => fitting(() => samplingPrompts(policy, [row], maxNewTokens)));
    if (prompts.length === 0) return { rows: [], scores: [] };
    const random = this.#random.fork(place);
    const scored = sampleScored(kernels, this.#models, prompts, { n, temperature, maxNewTokens, random });
    const best = scored.flatMap((responses, i) => {
      const chosen = bestOfN(responses, ({ score }) => score);
      const row = prompts[i]?.row;
      if (!chosen || !row) return [];
      const { group, prompt, messages } = row;
      return [{ row: { group, prompt, ...(messages && { messages }), completion: chosen.text }, score: chosen.score }];
    });
    return { rows: best.map(({ row }) => row), scores: best.map(({ score }) => score) };
  }

  dispose(): void {
    for (const { decoder } of Object.values(this.#models)) disposeParameters(decoder.parameters);
  }
}

function fitting<T>(encode: () => T[]): T[] {
  try {
    return encode();
  } catch (error) {
    if (error instanceof UnsuitableInput) return [];
    throw error;
  }
}
