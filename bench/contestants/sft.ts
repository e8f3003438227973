/** Our SFT trainer; a round is some of its steps. */
import type { DemonstrationRow } from '@laurel/contracts';
import { singly } from '../../packages/learning/trainers/example-order.ts';
import { splitIntoPasses } from '../../packages/learning/trainers/pass.ts';
import { encodeFitting, encodeSequences } from '../../packages/learning/trainers/sequence.ts';
import { createSftTrainer } from '../../packages/learning/trainers/sft.ts';
import { contest } from '../core/contestant.ts';
import { orderedExamples } from '../training/ordered-examples.ts';
import { trainingRounds } from '../training/training-rounds.ts';
import type { TrainingSettings } from '../training/training-settings.ts';
import { loadLaurel, readDescription, readModel, readRows } from './laurel.ts';

await contest<TrainingSettings>(async ({ folder, settings }) => {
  const { kernels, ready } = await loadLaurel();
  const { learningRate: learning_rate, batchSize: batch_size, epochs, seed } = settings;
  const parent = readModel(folder, 'model');
  const rows = readRows<DemonstrationRow>(folder, 'demonstrations.jsonl');
  const { config, tokenizer } = readDescription(parent);
  const { encoded } = encodeFitting(rows, ({ prompt, completion }) =>
    encodeSequences(tokenizer, config.n_positions, { prompt, completions: [completion] }),
  );
  const examples = orderedExamples(encoded, singly(encoded.length), settings);
  const trainer = await createSftTrainer({
    kernels,
    parent,
    rows,
    validationFraction: 0,
    hyperparameters: { learning_rate, batch_size, epochs },
    seed,
  });
  const round = await trainingRounds(trainer, settings, config, (step) =>
    splitIntoPasses(examples.slice(step * batch_size, (step + 1) * batch_size)),
  );
  return { ...ready, round };
});
