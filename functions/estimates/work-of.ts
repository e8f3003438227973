import {
  DEFAULT_BEST_OF,
  DEFAULT_EPOCHS,
  DEFAULT_PPO_EPOCHS,
  DEFAULT_RESPONSE_LENGTH,
  defaultPpoEpisodes,
  type JobSpec,
} from '@laurel/contracts';
import { type ModelSize, parametersOf } from './parameters-of.ts';

/** What an estimate knows of a job's inputs. */
export interface KnownInputs {
  /** Rows of a dataset, and tokens of a row by field, on average. */
  dataset(id: string): { rows: number; tokens: Record<string, number> };
  model(id: string): ModelSize;
}

/** How much there is to compute. */
export interface Work {
  /** Read or written by a model, each pass over the data counted. */
  tokens: number;
  flops: number;
}

const FORWARD = 2;
const TRAINING = 6; // forward, and twice as much backward

/** Floating-point operations a token: each parameter is multiplied and added once in the forward pass. */
const perToken = (passes: number, { blockParameters, embeddingParameters }: ModelSize, readsWords = true): number =>
  passes * (blockParameters + (readsWords ? embeddingParameters : 0));

const sumOf = (tokens: Record<string, number>): number => Object.values(tokens).reduce((sum, each) => sum + each, 0);

/**
 * What a job will compute: 2 operations for each parameter and token forward, 6 in training; attention, small beside it at these
 * lengths, is left out. A post's tokens count once for all its completions.
 */
export function workOf(spec: JobSpec, known: KnownInputs): Work {
  switch (spec.type) {
    case 'import':
    case 'export':
      return { tokens: 0, flops: 0 };
    case 'pretrain': {
      const { layers, width, heads, kv_heads = heads } = spec.architecture;
      const isGated = spec.architecture.family === 'llama' || spec.architecture.family === 'qwen2';
      const perBlock = (2 + (2 * kv_heads) / heads + (isGated ? 12 : 8)) * width ** 2;
      const size = { blockParameters: layers * perBlock, embeddingParameters: spec.vocabulary_size * width };
      return supervised(spec, spec.hyperparameters.epochs, 0, size, known);
    }
    case 'sft':
      return supervised(spec, spec.hyperparameters.epochs, spec.validation_fraction, known.model(spec.parent), known);
    case 'reward_model': {
      const model = { ...known.model(spec.parent), embeddingParameters: 0 };
      return supervised(spec, spec.hyperparameters.epochs, spec.validation_fraction, model, known);
    }
    case 'dpo': {
      const model = known.model(spec.parent);
      const { tokens, flops } = supervised(spec, spec.hyperparameters.epochs, spec.validation_fraction, model, known);
      return { tokens: 2 * tokens, flops: flops + tokens * perToken(FORWARD, model) }; // and the reference once
    }
    case 'ppo': {
      const { epochs = DEFAULT_PPO_EPOCHS, response_length = DEFAULT_RESPONSE_LENGTH } = spec.hyperparameters;
      const policy = known.model(spec.policy);
      const { total_episodes = defaultPpoEpisodes(parametersOf(policy)) } = spec.hyperparameters;
      const tokens = total_episodes * ((known.dataset(spec.dataset).tokens.prompt ?? 0) + response_length);
      const rollout = 2 * perToken(FORWARD, policy) + perToken(FORWARD, known.model(spec.reward_model), false);
      const update = epochs * (perToken(TRAINING, policy) + perToken(TRAINING, policy, false)); // policy and value
      return { tokens: tokens * (3 + 2 * epochs), flops: tokens * (rollout + update) };
    }
    case 'rejection_sampling': {
      const { best_of = DEFAULT_BEST_OF, response_length = DEFAULT_RESPONSE_LENGTH } = spec.hyperparameters;
      const { epochs = DEFAULT_EPOCHS } = spec.hyperparameters;
      const { rows, tokens } = known.dataset(spec.dataset);
      const sampled = samplingWork(spec, best_of, response_length, rows, known);
      const learned = rows * epochs * ((tokens.prompt ?? 0) + response_length);
      const flops = sampled.flops + learned * perToken(TRAINING, known.model(spec.policy));
      return { tokens: sampled.tokens + learned, flops };
    }
    case 'best_of_n':
      return samplingWork(spec, spec.n, spec.response_length, known.dataset(spec.dataset).rows, known);
    case 'bulk_score': {
      const { rows, tokens } = known.dataset(spec.dataset);
      const all = rows * sumOf(tokens);
      return { tokens: all, flops: all * perToken(FORWARD, known.model(spec.reward_model ?? ''), false) };
    }
    case 'evaluation': {
      const prompts = Math.min(spec.max_prompts, known.dataset(spec.dataset).rows);
      const { reward_model, dataset, response_length } = spec;
      const ofPolicies = [spec.reference_policy, ...spec.policies].map((policy, i) => {
        const n = i === 0 ? spec.best_of : 1;
        return samplingWork({ policy, reward_model, dataset }, n, response_length, prompts, known);
      });
      const domains = spec.transfer_dataset ? 2 : 1;
      const sum = (of: (work: Work) => number) => domains * ofPolicies.reduce((total, work) => total + of(work), 0);
      return { tokens: sum(({ tokens }) => tokens), flops: sum(({ flops }) => flops) };
    }
  }
}

function supervised(
  { dataset }: { dataset: string },
  epochs = DEFAULT_EPOCHS,
  validationFraction: number,
  model: ModelSize,
  known: KnownInputs,
): Work {
  const { rows, tokens } = known.dataset(dataset);
  const learned = rows * (1 - validationFraction) * epochs * sumOf(tokens);
  return { tokens: learned, flops: learned * perToken(TRAINING, model) };
}

/** n responses to so many prompts, sampled and scored. */
function samplingWork(
  { policy, reward_model, dataset }: { policy: string; reward_model: string; dataset: string },
  n: number,
  responseLength: number,
  prompts: number,
  known: KnownInputs,
): Work {
  const tokens = prompts * ((known.dataset(dataset).tokens.prompt ?? 0) + n * responseLength);
  const sampled = perToken(FORWARD, known.model(policy));
  return { tokens: 2 * tokens, flops: tokens * (sampled + perToken(FORWARD, known.model(reward_model), false)) };
}
