import type { AccuracyBreakdown, AccuracySlice, EvaluationReport } from '@laurel/contracts';
import { shareOf } from '../../statistics/share.ts';
import { type Block, paragraph, type Section, table } from '../blocks.ts';
import { count, NONE, percent, percentInterval, withError } from '../numbers.ts';
import type { ReportContext } from '../report-context.ts';
import { intervalPlot } from '../svg-interval-plot.ts';

const BREAKDOWNS: Record<AccuracyBreakdown['by'], string> = {
  split: 'Split',
  batch: 'Batch',
  confidence: 'Confidence of the labeler (4 is surest)',
  length_difference: 'Length of the chosen summary less that of the other',
  policies: 'Policies compared',
};

type Accuracy = NonNullable<EvaluationReport['reward_model_accuracy']>;

/** How often the reward model prefers what people chose (Stiennon et al. 2020, section 4.3). */
export function accuracySection({ report, gold }: ReportContext): Section[] {
  const accuracy = report.reward_model_accuracy;
  if (!accuracy) return [];
  const blocks: Block[] = [
    paragraph(
      `Share of ${count(accuracy.comparisons)} held-out comparisons, of ${count(accuracy.posts)} posts, in which the chosen summary`,
      'scores strictly higher; a tie is wrong. A coin’s toss has 50 %.',
    ),
    overallTable(accuracy, gold?.margins),
    regressionParagraph(accuracy),
  ];
  if (accuracy.breakdowns.length > 0) {
    blocks.push(breakdownPlot(accuracy), ...accuracy.breakdowns.map(breakdownTable));
  }
  return [{ title: 'Reward model: agreement with comparisons', blocks }];
}

function overallTable(accuracy: Accuracy, goldMargins: readonly number[] | undefined) {
  const row = (name: string, share: number, byPost: string, wilson: string) => [name, percent(share), byPost, wilson];
  const rows = [
    row('reward model', accuracy.accuracy, percentInterval(accuracy.by_post), percentInterval(accuracy.wilson)),
    row('longer wins', accuracy.longer_wins_accuracy, NONE, NONE),
    row('coin’s toss', 0.5, NONE, NONE),
  ];
  if (goldMargins) {
    const best = shareOf(goldMargins.map((margin) => (margin > 0 ? 1 : 0)));
    rows.push(row('gold judge, the best possible', best.value, NONE, percentInterval(best.interval)));
  }
  return table(
    'Agreement with the labels (share of comparisons)',
    ['', 'agreement', '95 % interval, bootstrap by post', '95 % interval, Wilson'],
    rows,
  );
}

function regressionParagraph({ preference_regression: found }: Accuracy) {
  if (!found)
    return paragraph(
      'A regression of the labels on reward and length has no finite solution: one of the two decides every comparison.',
    );
  const of = ({ value, standard_error }: typeof found.reward) => withError(value, standard_error);
  return paragraph(
    'Logistic regression of the labels on both differences, in log-odds for each standard deviation (0 is no influence):',
    `reward ${of(found.reward)} at equal length, length ${of(found.length)} at equal reward.`,
  );
}

function breakdownPlot({ breakdowns, longer_wins_accuracy }: Accuracy) {
  const groups = breakdowns.map(({ by, slices }) => ({
    title: BREAKDOWNS[by],
    rows: slices.map((slice) => ({
      label: slice.label,
      value: slice.accuracy,
      interval: slice.by_post,
      baseline: slice.longer_wins_accuracy,
    })),
  }));
  return intervalPlot({
    title: 'Agreement by kind of comparison, with 95 % intervals',
    alt: `Agreement of the reward model in each slice, with that of "longer wins" (${percent(longer_wins_accuracy)} overall) beside it. The tables below have the values.`,
    x: { label: 'share of comparisons', format: (value) => `${Math.round(100 * value)} %` },
    names: ['reward model', 'longer wins'],
    groups,
    reference: { label: 'coin’s toss', at: 0.5 },
  });
}

function breakdownTable({ by, slices }: AccuracyBreakdown) {
  const row = (slice: AccuracySlice) => [
    slice.label,
    count(slice.comparisons),
    percent(slice.accuracy),
    percentInterval(slice.by_post),
    percent(slice.longer_wins_accuracy),
  ];
  const columns = ['', 'comparisons', 'reward model', '95 % interval, by post', 'longer wins'];
  return table(BREAKDOWNS[by], columns, slices.map(row));
}
