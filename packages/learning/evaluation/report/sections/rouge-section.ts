import type { RougeJudgement } from '@laurel/contracts';
import { paragraph, type Section, table } from '../blocks.ts';
import { count, percent, percentInterval } from '../numbers.ts';
import type { ReportContext } from '../report-context.ts';
import { intervalPlot } from '../svg-interval-plot.ts';

const JUDGES: Record<RougeJudgement['judges'][number]['judge'], string> = {
  rouge_1: 'ROUGE-1',
  rouge_2: 'ROUGE-2',
  rouge_l: 'ROUGE-L',
  reward_model: 'reward model',
  longer_wins: 'longer wins',
};

/** Whether ROUGE agrees with people (Stiennon et al. 2020, section 4.4). */
export function rougeSection({ report: { rouge_judgement: found } }: ReportContext): Section[] {
  if (!found) return [];
  const blocks = [
    paragraph(
      `${count(found.comparisons)} comparisons have a reference that is neither of their summaries. Each judge is for the summary that`,
      'it scores higher (ROUGE by the F-measure, words stemmed); a tie is wrong, a coin’s toss has 50 %.',
    ),
    intervalPlot({
      title: 'Judges that agree with people, with 95 % intervals (Wilson)',
      alt: found.judges.map(({ judge, agreement }) => `${JUDGES[judge]} ${percent(agreement.value)}`).join(', '),
      x: { label: 'share of comparisons', format: (value) => `${Math.round(100 * value)} %` },
      names: ['agreement'],
      groups: [{ rows: found.judges.map(({ judge, agreement }) => ({ label: JUDGES[judge], ...agreement })) }],
      reference: { label: 'coin’s toss', at: 0.5 },
    }),
    table(
      'Agreement with people',
      ['', 'agreement', '95 % interval'],
      found.judges.map(({ judge, agreement }) => [
        JUDGES[judge],
        percent(agreement.value),
        percentInterval(agreement.interval),
      ]),
    ),
  ];
  return [{ title: 'ROUGE as a judge', blocks }];
}
