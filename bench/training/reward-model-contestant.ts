import type { ComparisonRow } from '@laurel/contracts';
import { encodePairs, indicesByPost, splitPairsIntoPasses } from '../../packages/learning/trainers/pairs.ts';
import { createRewardModelTrainer } from '../../packages/learning/trainers/reward-model.ts';
import { loadLaurel, readDescription, readModel } from '../contestants/laurel.ts';
import type { Contestant } from '../core/contestant.ts';
import type { Assignment } from '../core/protocol.ts';
import { orderedExamples } from './ordered-examples.ts';
import { trainingRounds } from './training-rounds.ts';
import type { TrainingSettings } from './training-settings.ts';

/** Our reward-model trainer on these rows; a round is some of its steps, counted in pairs. */
export async function rewardModelContestant(
  { folder, settings }: Assignment<TrainingSettings>,
  rows: readonly ComparisonRow[],
): Promise<Contestant> {
  const { kernels, ready } = await loadLaurel();
  const { learningRate: learning_rate, batchSize: batch_size, epochs, seed } = settings;
  const parent = readModel(folder, 'model');
  const { config, tokenizer } = readDescription(parent);
  const { encoded } = encodePairs(tokenizer, config.n_positions, rows);
  const pairs = orderedExamples(encoded, indicesByPost(encoded), settings);
  const trainer = await createRewardModelTrainer({
    kernels,
    parent,
    rows,
    references: [],
    validationFraction: 0,
    hyperparameters: { learning_rate, batch_size, epochs },
    seed,
  });
  const round = await trainingRounds(trainer, settings, config, (step) =>
    splitPairsIntoPasses(pairs.slice(step * batch_size, (step + 1) * batch_size)).map(({ batch, lastRows }) => ({
      batch,
      rows: lastRows,
    })),
  );
  return { ...ready, round };
}
