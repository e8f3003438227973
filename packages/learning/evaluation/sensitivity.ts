import { type DemonstrationRow, type Sensitivity, summaryEdit } from '@laurel/contracts';
import type { Model } from '../checkpoint/model-files.ts';
import type { Kernels } from '../model/kernels.ts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { scoreCompletions } from './score-completions.ts';
import { estimateMean } from './statistics/mean.ts';
import { shareOf, winOf } from './statistics/share.ts';
import { editSummary } from './summary-edits.ts';

/**
 * How often the reward model prefers a reference summary to the same one with something wrong (Stiennon et al. 2020,
 * section 4.3). The summary of another post is that of the next row.
 */
export function measureSensitivity(
  kernels: Kernels,
  rewardModel: Model,
  rows: readonly DemonstrationRow[],
  random: RandomGenerator,
): Sensitivity {
  const edited = rows.map(({ completion }, i) => {
    const other = rows[(i + 1) % rows.length]?.completion ?? '';
    return summaryEdit.options.flatMap((edit) => {
      const text = editSummary(edit, completion, random.fork(`${edit} ${i}`), other);
      return text === null ? [] : [{ edit, text }];
    });
  });
  const items = rows.map(({ prompt, completion }, i) => ({
    prompt,
    completions: [completion, ...(edited[i] ?? []).map(({ text }) => text)],
  }));
  const differences = scoreCompletions(kernels, rewardModel, items).flatMap(([original, ...others], i) =>
    others.map(({ raw }, k) => ({ edit: edited[i]?.[k]?.edit, difference: (original?.raw ?? Number.NaN) - raw })),
  );
  return summaryEdit.options.flatMap((edit) => {
    const ofEdit = differences.filter((each) => each.edit === edit).map(({ difference }) => difference);
    if (ofEdit.length === 0) return [];
    return [{ edit, original_preferred: shareOf(ofEdit.map(winOf)), reward_difference: estimateMean(ofEdit) }];
  });
}
