import { z } from 'zod';
import { MAX_INT32 } from '../int32.ts';
import { common, count, datasetId, modelInput, rate } from './fields.ts';
import { loraHyperparameters } from './lora.ts';

/** PPO's settings, named as the paper and its code name them. Left out: the paper's value. */
const ppoHyperparameters = z.strictObject({
  learning_rate: rate.optional(),
  /** Episodes (prompts sampled) in one iteration. */
  batch_size: count.max(4096).optional(),
  minibatch_size: count.max(4096).optional(),
  /** Passes over each iteration's episodes. */
  epochs: count.max(16).optional(),
  total_episodes: count.max(10_000_000).optional(),
  /** β of the KL penalty; the first one where `kl_target` is set. */
  kl_coefficient: z.number().min(0).optional(),
  /** KL from SFT, nats a response, towards which β is steered (Ziegler et al. 2019, section 2.2). Left out: β is fixed, as in the paper. */
  kl_target: z.number().positive().optional(),
  /** Episodes in which β grows by a fifth of itself while KL is a fifth or more above the target. Left out: 10,000. Needs `kl_target`. */
  kl_horizon: count.max(MAX_INT32).optional(),
  /** The run ends early after the first iteration whose mean KL from SFT, nats a response, exceeds this. Left out: it does not. */
  kl_limit: z.number().positive().optional(),
  gamma: z.number().min(0).max(1).optional(),
  lambda: z.number().min(0).max(1).optional(),
  clip_range: z.number().positive().optional(),
  /** null: the value loss is not clipped (Schulman et al. 2017). */
  value_clip_range: z.number().positive().nullable().optional(),
  value_coefficient: z.number().min(0).optional(),
  temperature: z.number().positive().max(10).optional(),
  response_length: count.max(4096).optional(),
  /** Replaces the score of a response that has no end of text. */
  missing_end_penalty: z.number().optional(),
  /** Scales the rewards of each iteration's tokens to variance 1, their mean kept (Ziegler et al. 2019, their code). Left out: no. */
  whiten_rewards: z.boolean().optional(),
  /** A response's score is r(x, y) − r(x, reference) of its row. Left out: no. */
  subtract_reference_score: z.boolean().optional(),
  /** Taken off a response's score for each of its tokens, in units of reward. Left out: 0. */
  length_penalty: z.number().min(0).optional(),
  max_gradient_norm: z.number().positive().optional(),
  /** Left out: every parameter of the policy and of the value network is trained. */
  lora: loraHyperparameters.optional(),
});
export type PpoHyperparameters = z.infer<typeof ppoHyperparameters>;

/** Names what `kl_horizon` lacks. */
export const requireKlTarget: z.core.CheckFn<{ hyperparameters: PpoHyperparameters }> = ({ value, issues }) => {
  const { kl_horizon, kl_target } = value.hyperparameters;
  if (kl_horizon === undefined || kl_target !== undefined) return;
  const message = 'is the pace of an adaptive KL coefficient: set kl_target as well';
  issues.push({ code: 'custom', path: ['hyperparameters', 'kl_horizon'], message, input: value });
};

export const ppoSpec = z
  .strictObject({
    type: z.literal('ppo'),
    ...common,
    /** The SFT policy: where the policy starts, and the reference that KL is measured from. */
    policy: modelInput,
    /** May have another tokenizer than the policy: it reads the responses as texts. */
    reward_model: modelInput,
    /** Of kind `prompts` or `demonstrations`; only the prompts are used, and the references where `subtract_reference_score` is set. */
    dataset: datasetId,
    hyperparameters: ppoHyperparameters.default({}),
  })
  .check(requireKlTarget);
