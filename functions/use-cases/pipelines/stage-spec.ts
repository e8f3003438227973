import type { JobSpec, PipelineSpec, PipelineStage } from '@laurel/contracts';
import { jobSpec } from '@laurel/contracts';

/** The model versions that earlier stages have made. */
export type StageModels = Partial<Record<PipelineStage, string>>;

/** The job that a stage is, on top of what the stages before it have made. */
export function stageSpec(stage: PipelineStage, spec: PipelineSpec, models: StageModels): JobSpec {
  const { name, seed, priority, tags, settings } = spec;
  const common = { seed, ...(priority !== undefined && { priority }), ...(tags && { tags }) };
  switch (stage) {
    case 'sft':
      return jobSpec.parse({
        type: 'sft',
        ...common,
        output_model: `${name}-sft`,
        parent: spec.base,
        dataset: spec.demonstrations,
        ...settings.sft,
      });
    case 'reward_model':
      return jobSpec.parse({
        type: 'reward_model',
        ...common,
        output_model: `${name}-reward`,
        parent: models.sft,
        dataset: spec.comparisons,
        reference_dataset: spec.demonstrations,
        ...settings.reward_model,
      });
    case 'ppo':
      return jobSpec.parse({
        type: 'ppo',
        ...common,
        output_model: `${name}-ppo`,
        policy: models.sft,
        reward_model: models.reward_model,
        dataset: spec.prompts ?? spec.demonstrations,
        ...settings.ppo,
      });
    case 'evaluation':
      return jobSpec.parse({
        type: 'evaluation',
        ...common,
        reward_model: models.reward_model,
        reference_policy: models.sft,
        policies: [models.ppo],
        dataset: spec.held_out,
        ...(spec.held_out_comparisons && { comparisons: spec.held_out_comparisons }),
        ...settings.evaluation,
      });
  }
}
