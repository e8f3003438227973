import { generatedCorpus } from '../../scripts/demo/generated-corpus.ts';

const few = { batch_size: 16, epochs: 1, warmup_steps: 1 };

/** The demonstration's corpus and jobs, too small to learn anything and quick to run: the whole way takes seconds. */
export const tinyMaterial = (seed = 1) =>
  generatedCorpus(seed, {
    corpus: { seed, texts: 60, documents: 40, comparisons: 60, heldOutDocuments: 6, heldOutComparisons: 20 },
    pretrain: {
      architecture: { layers: 2, width: 32, heads: 2, context: 256 },
      vocabulary_size: 400,
      hyperparameters: { ...few, learning_rate: 1e-3, weight_decay: 0.01 },
    },
    sft: { hyperparameters: { ...few, learning_rate: 5e-4 } },
    reward_model: { hyperparameters: { ...few, learning_rate: 5e-4 } },
    ppo: {
      hyperparameters: {
        learning_rate: 3e-4,
        batch_size: 8,
        minibatch_size: 4,
        epochs: 1,
        total_episodes: 16,
        kl_coefficient: 0.05,
        temperature: 0.7,
        response_length: 16,
      },
    },
    evaluation: { best_of: 2, max_prompts: 4, temperature: 0.7, response_length: 16 },
  });
