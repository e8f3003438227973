import type { TrainingSettings } from './material.ts';
import type { Runner } from './runner.ts';
import type { UploadedMaterial } from './upload-material.ts';

/** Model versions that the demonstration trains. */
export interface TrainedModels {
  sft: string;
  rewardModel: string;
  policy: string;
}

/** The steps of Stiennon et al. 2020 (figure 2), after pretraining a model of our own. */
export async function trainModels(
  runner: Runner,
  data: UploadedMaterial,
  settings: TrainingSettings,
  seed: number,
): Promise<TrainedModels> {
  console.log('\nTraining');
  const base = await runner.train({
    type: 'pretrain',
    output_model: 'demo-base',
    dataset: data.texts,
    seed,
    ...settings.pretrain,
  });
  const sft = await runner.train({
    type: 'sft',
    output_model: 'demo-sft',
    parent: base,
    dataset: data.demonstrations,
    seed,
    ...settings.sft,
  });
  const rewardModel = await runner.train({
    type: 'reward_model',
    output_model: 'demo-reward-model',
    parent: sft,
    dataset: data.comparisons,
    reference_dataset: data.demonstrations,
    seed,
    ...settings.reward_model,
  });
  const policy = await runner.train({
    type: 'ppo',
    output_model: 'demo-policy',
    policy: sft,
    reward_model: rewardModel,
    dataset: data.demonstrations,
    seed,
    ...settings.ppo,
  });
  return { sft, rewardModel, policy };
}
