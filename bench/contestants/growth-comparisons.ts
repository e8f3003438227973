/** Our reward-model trainer on the first so many comparisons; a round is some of its steps, counted in tokens. */
import type { ComparisonRow } from '@laurel/contracts';
import { contest } from '../core/contestant.ts';
import { rewardModelContestant } from '../training/reward-model-contestant.ts';
import type { TrainingSettings } from '../training/training-settings.ts';
import { readRows } from './laurel.ts';

await contest<TrainingSettings & { comparisons: number }>(async (assignment) => {
  const rows = readRows<ComparisonRow>(assignment.folder, 'comparisons.jsonl');
  const contestant = await rewardModelContestant(assignment, rows.slice(0, assignment.settings.comparisons));
  return {
    ...contestant,
    async round(i) {
      const { units: pairs, figures = {}, ...measured } = await contestant.round(i);
      // Losses after other rows are others.
      return { ...measured, values: [], units: pairs * (figures.tokensPerUnit ?? Number.NaN), figures };
    },
  };
});
