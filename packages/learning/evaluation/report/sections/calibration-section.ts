import type { Calibration } from '@laurel/contracts';
import { paragraph, type Section, table } from '../blocks.ts';
import { count, decimal, percent, percentInterval } from '../numbers.ts';
import type { ReportContext } from '../report-context.ts';
import { xyPlot } from '../svg-plot.ts';

/** Whether σ(margin) is the share that people choose. */
export function calibrationSection({ report: { calibration } }: ReportContext): Section[] {
  if (!calibration) return [];
  const blocks = [
    paragraph(
      'The reward model says P(A > B) = σ(r(A) − r(B)). Comparisons are put together by the probability of the summary that scores',
      'higher; if the probabilities are true, that share of them was chosen.',
    ),
    scoresTable(calibration),
    reliabilityPlot(calibration),
    binsTable(calibration),
  ];
  return [{ title: 'Reward model: calibration', blocks }];
}

const scoresTable = (found: Calibration) =>
  table(
    'How far the probabilities can be trusted (lower is better)',
    ['', 'reward model', 'to compare with'],
    [
      [
        'expected calibration error (share)',
        decimal(found.expected_calibration_error, 3),
        `${decimal(found.expected_calibration_error_by_chance, 3)} by chance, if the probabilities were true`,
      ],
      ['Brier score', decimal(found.brier_score, 3), '0.250 for a coin’s toss'],
      ['log loss (nats)', decimal(found.log_loss, 3), '0.693 for a coin’s toss'],
    ],
  );

const wholePercent = (value: number) => `${Math.round(100 * value)} %`;

const reliabilityPlot = ({ bins }: Calibration) =>
  xyPlot({
    title: 'Reliability, with 95 % intervals (Wilson)',
    alt: `Share that people chose over the probability that the reward model gave, in ${bins.length} bins, beside the diagonal of perfect calibration.`,
    x: { label: 'probability by the reward model', include: [0.5, 1], format: wholePercent },
    y: { label: 'share chosen by people', include: [0.5, 1], format: wholePercent },
    series: [
      {
        name: 'reward model',
        isLine: true,
        points: bins.map(({ mean_probability, right }) => ({
          x: mean_probability,
          y: right.value,
          interval: right.interval,
        })),
      },
    ],
    baselines: [{ label: 'perfect calibration', at: 'diagonal' }],
  });

const binsTable = ({ bins }: Calibration) =>
  table(
    'Reliability by bin',
    ['probability', 'comparisons', 'mean probability', 'share chosen', '95 % interval'],
    bins.map(({ from, to, mean_probability, right }) => [
      `${wholePercent(from)} to ${wholePercent(to)}`,
      count(right.n),
      percent(mean_probability),
      percent(right.value),
      percentInterval(right.interval),
    ]),
  );
