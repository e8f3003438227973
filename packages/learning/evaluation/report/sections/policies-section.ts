import type { PolicyReport } from '@laurel/contracts';
import { estimateMean } from '../../statistics/mean.ts';
import { isEquallyLong, winRatesAgainst } from '../../win-rates.ts';
import { paragraph, type Section, table } from '../blocks.ts';
import { count, decimal, intervalOf, NONE, percent, percentInterval, withError } from '../numbers.ts';
import { type Gold, nameOf, type ReportContext } from '../report-context.ts';
import { intervalPlot } from '../svg-interval-plot.ts';

/** What each way of summarising reaches. */
export function policiesSection(context: ReportContext): Section {
  const { policies, spec } = context.report;
  return {
    title: 'Policies',
    blocks: [
      paragraph(
        `One summary of each of ${count(promptsOf(policies))} held-out prompts, sampled at temperature ${spec.temperature} in at most`,
        `${spec.response_length} tokens. The reward is normalised: reference summaries of the training data score 0 on average.`,
        context.gold ? 'The gold score is the truth about this data; no model has seen it.' : null,
      ),
      ...policyBlocks(context, policies, context.gold),
    ],
  };
}

/** The same on another domain. */
export function transferSection(context: ReportContext): Section[] {
  const { transfer, spec } = context.report;
  if (!transfer) return [];
  const lead = paragraph(
    `The same policies and reward model on ${count(promptsOf(transfer.policies))} prompts of ${spec.transfer_dataset}, another domain.`,
  );
  return [{ title: 'Transfer to a second domain', blocks: [lead, ...policyBlocks(context, transfer.policies)] }];
}

const promptsOf = (policies: readonly PolicyReport[]) => policies[0]?.samples.length ?? 0;

function policyBlocks(context: Pick<ReportContext, 'names'>, policies: readonly PolicyReport[], gold?: Gold) {
  return [
    rewardPlot(context, policies),
    scoresTable(context, policies, gold),
    winRatePlot(context, policies),
    winRateTable(context, policies),
    ...(gold ? [goldTable(context, policies, gold)] : []),
  ];
}

function rewardPlot(context: Pick<ReportContext, 'names'>, policies: readonly PolicyReport[]) {
  const reference = policies.find(({ against_reference }) => against_reference === null)?.mean_reward ?? 0;
  return intervalPlot({
    title: 'Predicted reward, with 95 % intervals',
    alt: `Mean reward of each policy beside that of the reference summaries, ${decimal(reference)}.`,
    x: { label: 'predicted reward' },
    names: ['mean'],
    groups: [
      {
        rows: policies.map(({ name, mean_reward, reward_standard_error }) => ({
          label: nameOf(context, name),
          value: mean_reward,
          interval: intervalOf({ mean: mean_reward, standard_error: reward_standard_error, n: 0 }),
        })),
      },
    ],
    reference: { label: 'reference', at: reference },
  });
}

function scoresTable(context: Pick<ReportContext, 'names'>, policies: readonly PolicyReport[], gold?: Gold) {
  const columns = [
    '',
    'predicted reward',
    ...(gold ? [gold.label] : []),
    'KL from SFT (nats)',
    'length (tokens)',
    'ROUGE-1',
    'ROUGE-2',
    'ROUGE-L',
  ];
  const rows = policies.map((policy) => [
    nameOf(context, policy.name),
    withError(policy.mean_reward, policy.reward_standard_error),
    ...(gold ? [goldCell(policy, gold)] : []),
    klCell(policy),
    decimal(policy.mean_tokens, 1),
    ...[policy.rouge.rouge_1, policy.rouge.rouge_2, policy.rouge.rouge_l].map((value) => decimal(value, 3)),
  ]);
  return table('Means ± standard error; ROUGE is the F-measure against the reference, words stemmed', columns, rows);
}

function goldCell({ samples }: PolicyReport, gold: Gold): string {
  const { mean, standard_error } = estimateMean(samples.map(({ prompt, text }) => gold.scoreOf(prompt, text)));
  return withError(mean, standard_error, 3);
}

export function klCell({ name, kl, kl_standard_error }: PolicyReport): string {
  if (kl === null) return NONE;
  return `${name.startsWith('best-of-') ? '≤ ' : ''}${withError(kl, kl_standard_error)}`;
}

function winRatePlot(context: Pick<ReportContext, 'names'>, policies: readonly PolicyReport[]) {
  const rows = policies.flatMap(({ name, against_reference: against }) =>
    against
      ? [
          {
            label: nameOf(context, name),
            value: against.length_controlled_win_rate.value,
            interval: against.length_controlled_win_rate.interval,
            baseline: against.win_rate.value,
          },
        ]
      : [],
  );
  return intervalPlot({
    title: 'Win rate against the reference by the reward model, with 95 % intervals',
    alt: 'Win rate of each policy at equal length, with that at the lengths as they are beside it.',
    x: { label: 'share of prompts', include: [0, 1], format: (value) => `${Math.round(100 * value)} %` },
    names: ['at equal length', 'as it is'],
    groups: [{ rows }],
    reference: { label: 'as good as the reference', at: 0.5 },
  });
}

function winRateTable(context: Pick<ReportContext, 'names'>, policies: readonly PolicyReport[]) {
  const rows = policies.flatMap(({ name, against_reference }) =>
    against_reference ? [[nameOf(context, name), ...winRateCells(against_reference)]] : [],
  );
  return table(
    'Win rate against the reference by the reward model (95 % interval); 50 % is as good as the reference',
    ['', ...WIN_RATES],
    rows,
  );
}

const WIN_RATES = ['as it is', 'at equal length, by regression', 'among lengths within 10 %'];

function winRateCells(against: NonNullable<PolicyReport['against_reference']>): string[] {
  const { win_rate, length_controlled_win_rate: controlled, win_rate_at_equal_length: equal } = against;
  const cell = ({ value, interval }: typeof controlled) => `${percent(value)} (${percentInterval(interval)})`;
  return [cell(win_rate), cell(controlled), equal ? `${cell(equal)}, n = ${count(equal.n)}` : NONE];
}

/** Whether more gold is more than more words. */
function goldTable(context: Pick<ReportContext, 'names'>, policies: readonly PolicyReport[], gold: Gold) {
  const references = policies.find(({ against_reference }) => against_reference === null)?.samples ?? [];
  const goldOf = ({ prompt, text }: { prompt: number; text: string }) => gold.scoreOf(prompt, text);
  const rows = policies.flatMap(({ name, against_reference, samples }) => {
    if (!against_reference) return [];
    const gains = samples.flatMap((sample, i) => {
      const reference = references[i];
      return reference && isEquallyLong(sample, reference) ? [goldOf(sample) - goldOf(reference)] : [];
    });
    const { mean, standard_error } = estimateMean(gains);
    return [
      [
        nameOf(context, name),
        ...winRateCells(winRatesAgainst(samples, references, goldOf)),
        gains.length > 0 ? withError(mean, standard_error, 3) : NONE,
      ],
    ];
  });
  return table(
    'Win rate against the reference by the gold score (95 % interval), and what is gained among lengths within 10 % (0 is the reference)',
    ['', ...WIN_RATES, 'gain ± standard error'],
    rows,
  );
}
