/** Our reward-model trainer; a round is some of its steps. */
import type { ComparisonRow } from '@laurel/contracts';
import { contest } from '../core/contestant.ts';
import { rewardModelContestant } from '../training/reward-model-contestant.ts';
import type { TrainingSettings } from '../training/training-settings.ts';
import { readRows } from './laurel.ts';

await contest<TrainingSettings>((assignment) =>
  rewardModelContestant(assignment, readRows<ComparisonRow>(assignment.folder, 'comparisons.jsonl')),
);
