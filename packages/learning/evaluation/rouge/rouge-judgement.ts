import type { ComparisonRow, DemonstrationRow, RougeJudgement } from '@laurel/contracts';
import { lengthDifference } from '../length-difference.ts';
import { shareOf } from '../statistics/share.ts';
import { rougeScore } from './rouge-score.ts';

/**
 * ROUGE as a judge: how often the summary that people chose has the higher F-measure against the post's reference, beside the
 * reward model and "longer wins" on the same comparisons (Stiennon et al. 2020, section 4.4). Null where no comparison has
 * a reference that is neither of its texts.
 *
 * @param margins r(chosen) − r(rejected) of each comparison
 */
export function measureRougeJudgement(
  comparisons: readonly ComparisonRow[],
  margins: readonly number[],
  references: readonly DemonstrationRow[],
): RougeJudgement | null {
  const byGroup = new Map(references.map(({ group, completion }) => [group, completion.trim()]));
  const judged = comparisons.flatMap((row, i) => {
    const reference = byGroup.get(row.group);
    const [chosen, rejected] = [row.chosen.trim(), row.rejected.trim()];
    if (reference === undefined || reference === chosen || reference === rejected) return [];
    const [ofChosen, ofRejected] = [rougeScore(reference, chosen, true), rougeScore(reference, rejected, true)];
    const difference = (name: 'rouge1' | 'rouge2' | 'rougeL') => ofChosen[name].fMeasure - ofRejected[name].fMeasure;
    return [
      {
        rouge_1: difference('rouge1'),
        rouge_2: difference('rouge2'),
        rouge_l: difference('rougeL'),
        reward_model: margins[i] ?? Number.NaN,
        longer_wins: lengthDifference(row),
      },
    ];
  });
  if (judged.length === 0) return null;
  const judges = ['rouge_1', 'rouge_2', 'rouge_l', 'reward_model', 'longer_wins'] as const;
  return {
    comparisons: judged.length,
    judges: judges.map((judge) => ({
      judge,
      agreement: shareOf(judged.map((differences) => (differences[judge] > 0 ? 1 : 0))),
    })),
  };
}
