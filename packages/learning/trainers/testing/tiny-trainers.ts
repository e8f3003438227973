import type { Kernels } from '../../model/kernels.ts';
import { createDpoTrainer } from '../dpo.ts';
import { createPpoTrainer } from '../ppo.ts';
import { createPretrainTrainer } from '../pretrain.ts';
import { createRewardModelTrainer } from '../reward-model.ts';
import { createSftTrainer } from '../sft.ts';
import type { Files, Trainer } from '../trainer.ts';
import { comparisons, demonstrations, texts, tinyModel } from './tiny.ts';

/** Makes a trainer on its toy task; given a checkpoint, it goes on from there. */
type CreateTrainer = (resumeFrom?: Files) => Promise<Trainer>;

export type TinyTrainer =
  | 'pretrain'
  | `${'sft' | 'reward model' | 'dpo' | 'ppo'}${'' | ' with LoRA'}`
  | 'sft that stops early';

/** Every trainer, with and without what changes its state. @param times how often the usual dozen of steps is done */
export function tinyTrainers(kernels: Kernels, times = 1): Record<TinyTrainer, CreateTrainer> {
  const [parent, rewardModel] = [tinyModel('base'), tinyModel('reward_model', 2)];
  const epochs = 5 * times;
  const usual = { learning_rate: 0.01, batch_size: 4, epochs };
  const adapted = { ...usual, learning_rate: 0.1, lora: { rank: 4, alpha: 8 } };
  const common = { kernels, parent, seed: 1, validationFraction: 0.2 };
  const episodes = { batch_size: 6, minibatch_size: 3, epochs: 2, total_episodes: 18 * times, response_length: 6 };
  const ppo = { kernels, policy: parent, rewardModel, rows: demonstrations, seed: 1 };
  return {
    pretrain: (resumeFrom) =>
      createPretrainTrainer({
        kernels,
        rows: texts,
        seed: 1,
        vocabularySize: 260,
        architecture: { layers: 1, width: 16, heads: 2, context: 40 },
        hyperparameters: { learning_rate: 0.03, batch_size: 8, epochs },
        resumeFrom,
      }),
    sft: (resumeFrom) =>
      createSftTrainer({
        ...common,
        rows: demonstrations,
        validationFraction: 0,
        hyperparameters: usual,
        resumeFrom,
      }),
    'sft with LoRA': (resumeFrom) =>
      createSftTrainer({ ...common, rows: demonstrations, hyperparameters: adapted, resumeFrom }),
    'sft that stops early': (resumeFrom) =>
      createSftTrainer({
        ...common,
        rows: demonstrations,
        hyperparameters: { ...usual, learning_rate: 0.1, evaluate_every: 2, patience: 2 * times },
        resumeFrom,
      }),
    'reward model': (resumeFrom) =>
      createRewardModelTrainer({
        ...common,
        rows: comparisons,
        references: demonstrations,
        hyperparameters: usual,
        resumeFrom,
      }),
    'reward model with LoRA': (resumeFrom) =>
      createRewardModelTrainer({
        ...common,
        rows: comparisons,
        references: demonstrations,
        hyperparameters: adapted,
        resumeFrom,
      }),
    dpo: (resumeFrom) => createDpoTrainer({ ...common, rows: comparisons, hyperparameters: usual, resumeFrom }),
    'dpo with LoRA': (resumeFrom) =>
      createDpoTrainer({ ...common, rows: comparisons, hyperparameters: adapted, resumeFrom }),
    ppo: (resumeFrom) => createPpoTrainer({ ...ppo, hyperparameters: episodes, resumeFrom }),
    'ppo with LoRA': (resumeFrom) =>
      createPpoTrainer({
        ...ppo,
        hyperparameters: { ...episodes, lora: { rank: 2 }, kl_target: 1, whiten_rewards: true },
        resumeFrom,
      }),
  };
}
