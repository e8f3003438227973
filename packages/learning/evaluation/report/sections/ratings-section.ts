import { type Ratings, ratingAxis } from '@laurel/contracts';
import { type Block, paragraph, type Section, table } from '../blocks.ts';
import { count, decimal, decimalInterval, NONE, withError } from '../numbers.ts';
import type { ReportContext } from '../report-context.ts';
import { intervalPlot } from '../svg-interval-plot.ts';

/** What people rate on the paper's axes (Stiennon et al. 2020, section 4.1). */
export function ratingsSection({ report: { ratings: found } }: ReportContext): Section[] {
  if (!found) return [];
  const blocks: Block[] = [
    paragraph(
      `${count(found.ratings)} summaries rated by people from 1 (worst) to 7 (best). 4 is the middle of the scale.`,
    ),
  ];
  if (found.policies.length > 0) blocks.push(policiesTable(found));
  if (found.correlations.some(({ reward }) => reward)) blocks.push(correlationPlot(found));
  blocks.push(correlationTable(found));
  return [{ title: 'Ratings by axis', blocks }];
}

const policiesTable = ({ policies }: Ratings) =>
  table(
    'Mean rating of each policy, 1 to 7 (± standard error), and its predicted reward',
    ['', ...ratingAxis.options, 'predicted reward', 'ratings'],
    policies.map(({ policy, axes, reward }) => [
      policy,
      ...ratingAxis.options.map((axis) => {
        const rating = axes.find((each) => each.axis === axis)?.rating;
        return rating ? withError(rating.mean, rating.standard_error) : NONE;
      }),
      withError(reward.mean, reward.standard_error),
      count(reward.n),
    ]),
  );

const correlationPlot = ({ correlations }: Ratings) =>
  intervalPlot({
    title: 'Rank correlation of predicted reward with ratings, with 95 % intervals by post',
    alt: correlations.map(({ axis, reward }) => `${axis} ${reward ? decimal(reward.value) : NONE}`).join(', '),
    x: { label: 'Spearman’s ρ' },
    names: ['predicted reward', 'length'],
    groups: [
      {
        rows: correlations.flatMap(({ axis, reward, length }) =>
          reward ? [{ label: axis, ...reward, baseline: length?.value }] : [],
        ),
      },
    ],
    reference: { label: 'no relation', at: 0 },
  });

const correlationTable = ({ correlations }: Ratings) =>
  table(
    'Spearman’s ρ with the ratings (0 is no relation)',
    ['', 'ratings', 'predicted reward', '95 % interval', 'length (characters)'],
    correlations.map(({ axis, n, reward, length }) => [
      axis,
      count(n),
      reward ? decimal(reward.value) : NONE,
      reward ? decimalInterval(reward.interval) : NONE,
      length ? decimal(length.value) : NONE,
    ]),
  );
