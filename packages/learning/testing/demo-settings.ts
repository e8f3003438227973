import type { SpecOf } from '@laurel/contracts';
import type { CorpusSettings } from './corpus.ts';

/** What the demonstration trains, and on what: sizes and hyperparameters that work within minutes on two cores. */
export const demoSettings = {
  corpus: {
    seed: 1,
    texts: 10000,
    documents: 6000,
    comparisons: 40000,
    heldOutDocuments: 200,
    heldOutComparisons: 1000,
  },
  pretrain: {
    architecture: { layers: 3, width: 128, heads: 4, context: 192 },
    vocabulary_size: 2048,
    hyperparameters: { learning_rate: 4e-3, batch_size: 4, epochs: 1, warmup_steps: 20, weight_decay: 0.01 },
  },
  sft: { hyperparameters: { learning_rate: 7e-4, batch_size: 8, epochs: 1, warmup_steps: 10 } },
  reward_model: { hyperparameters: { learning_rate: 1e-3, batch_size: 32, epochs: 1, warmup_steps: 10 } },
  ppo: {
    hyperparameters: {
      learning_rate: 3e-4,
      batch_size: 128,
      minibatch_size: 64,
      epochs: 2,
      total_episodes: 1920,
      kl_coefficient: 0.15,
      temperature: 0.7,
      response_length: 48,
    },
  },
  evaluation: { best_of: 8, max_prompts: 200, temperature: 0.7, response_length: 48 },
} satisfies {
  corpus: CorpusSettings;
  pretrain: Pick<SpecOf<'pretrain'>, 'architecture' | 'vocabulary_size' | 'hyperparameters'>;
  sft: Pick<SpecOf<'sft'>, 'hyperparameters'>;
  reward_model: Pick<SpecOf<'reward_model'>, 'hyperparameters'>;
  ppo: Pick<SpecOf<'ppo'>, 'hyperparameters'>;
  evaluation: Pick<SpecOf<'evaluation'>, 'best_of' | 'max_prompts' | 'temperature' | 'response_length'>;
};
