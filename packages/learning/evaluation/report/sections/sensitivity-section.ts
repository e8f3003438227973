import type { SummaryEdit } from '@laurel/contracts';
import { paragraph, type Section, table } from '../blocks.ts';
import { count, percent, percentInterval, withError } from '../numbers.ts';
import type { ReportContext } from '../report-context.ts';
import { intervalPlot } from '../svg-interval-plot.ts';

const EDITS: Record<SummaryEdit, string> = {
  sentences_shuffled: 'sentences shuffled',
  words_shuffled: 'words shuffled',
  last_word_dropped: 'last word dropped',
  second_half_dropped: 'second half dropped',
  sentence_repeated: 'last sentence repeated',
  names_swapped: 'two names swapped',
  roles_swapped: 'roles swapped (he and she, …)',
  of_another_post: 'summary of another post',
};

/** Whether the reward model notices errors (Stiennon et al. 2020, section 4.3). */
export function sensitivitySection({ report: { sensitivity } }: ReportContext): Section[] {
  if (sensitivity.length === 0) return [];
  const blocks = [
    paragraph(
      'Reference summaries against the same ones with something wrong. Summaries that an edit does not change are left out of its',
      'row; a tie counts half; a reward model that does not notice has 50 % and a difference of 0.',
    ),
    intervalPlot({
      title: 'Original preferred to the edited summary, with 95 % intervals (Wilson)',
      alt: sensitivity.map(({ edit, original_preferred: { value } }) => `${EDITS[edit]} ${percent(value)}`).join(', '),
      x: { label: 'share of summaries', include: [0, 1], format: (value) => `${Math.round(100 * value)} %` },
      names: ['original preferred'],
      groups: [
        { rows: sensitivity.map(({ edit, original_preferred }) => ({ label: EDITS[edit], ...original_preferred })) },
      ],
      reference: { label: 'not noticed', at: 0.5 },
    }),
    table(
      'Sensitivity to errors',
      ['', 'summaries', 'original preferred', '95 % interval', 'difference in reward (± standard error)'],
      sensitivity.map(({ edit, original_preferred: preferred, reward_difference: difference }) => [
        EDITS[edit],
        count(preferred.n),
        percent(preferred.value),
        percentInterval(preferred.interval),
        withError(difference.mean, difference.standard_error),
      ]),
    ),
  ];
  return [{ title: 'Reward model: sensitivity', blocks }];
}
