/** Trains a reward model as a job does, at its priority, until it is killed: company for a server. Its argument is the assignment. */
import { readFileSync } from 'node:fs';
import type { ComparisonRow } from '@laurel/contracts';
import { takeLowPriority } from '../../gpu-workers/train/low-priority.ts';
import { createRewardModelTrainer } from '../../packages/learning/trainers/reward-model.ts';
import type { Assignment } from '../core/protocol.ts';
import { loadLaurel, readModel, readRows } from './laurel.ts';

takeLowPriority();

const { folder } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Assignment<unknown>;
const { kernels } = await loadLaurel();
const trainer = await createRewardModelTrainer({
  kernels,
  parent: readModel(folder, 'model'),
  rows: readRows<ComparisonRow>(folder, 'comparisons.jsonl'),
  references: [],
  validationFraction: 0,
  hyperparameters: { learning_rate: 1e-4, batch_size: 8, epochs: 100 },
  seed: 1,
});
while (trainer.step < trainer.totalSteps) await trainer.advance();
