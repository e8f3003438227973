import { z } from 'zod';
import { evaluationSpec } from './evaluation.ts';
import { common, datasetId, modelInput, scheduling, seed } from './fields.ts';
import { ppoSpec, requireKlTarget } from './ppo.ts';
import { rewardModelSpec } from './reward-model.ts';
import { sftSpec } from './sft.ts';
import { requireValidation } from './supervised-hyperparameters.ts';

/** The paper's loop, in its order. */
export const pipelineStage = z.enum(['sft', 'reward_model', 'ppo', 'evaluation']);
export type PipelineStage = z.infer<typeof pipelineStage>;

const { best_of, max_prompts, temperature, response_length } = evaluationSpec.shape;

/** What such a stage takes of its job's settings. */
const learning = <Fraction, Settings>({
  shape: { validation_fraction, hyperparameters },
}: {
  shape: { validation_fraction: Fraction; hyperparameters: Settings };
}) => ({ validation_fraction, hyperparameters });

/**
 * The paper's loop as one request: SFT, a reward model on top of it, PPO against that, and an evaluation of all three. Each stage is an
 * ordinary job, made when the one before it has succeeded; the models are versions of `<name>-sft`, `<name>-reward` and `<name>-ppo`.
 */
export const pipelineSpec = z.strictObject({
  ...scheduling,
  /** Of all stages together. */
  max_cost_usd: scheduling.max_cost_usd,
  name: common.output_model.max(56),
  seed,
  /** What SFT starts from. */
  base: modelInput,
  /** Of kind `demonstrations`: what SFT learns, and whose references score 0 on average. */
  demonstrations: datasetId,
  comparisons: datasetId,
  /** Of kind `prompts` or `demonstrations`: what PPO answers. Left out: the prompts of `demonstrations`. */
  prompts: datasetId.optional(),
  /** Of kind `demonstrations`, held out: what the evaluation answers. */
  held_out: datasetId,
  /** Held-out comparisons to measure the reward model's accuracy on. */
  held_out_comparisons: datasetId.optional(),
  /** What stages are not to take by default. */
  settings: z
    .strictObject({
      sft: z.strictObject(learning(sftSpec)).check(requireValidation),
      reward_model: z.strictObject(learning(rewardModelSpec)).check(requireValidation),
      ppo: z.strictObject({ hyperparameters: ppoSpec.shape.hyperparameters }).check(requireKlTarget),
      evaluation: z.strictObject({ best_of, max_prompts, temperature, response_length }).partial(),
    })
    .partial()
    .default({}),
});
export type PipelineSpec = z.infer<typeof pipelineSpec>;
