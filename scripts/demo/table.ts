import type { JobReport } from '@laurel/sdk';
import type { HeldOutComparison, HeldOutDemonstration } from './material.ts';
import { mean, share, standardError } from './statistics.ts';

type Accuracy = Pick<NonNullable<JobReport['reward_model_accuracy']>, 'accuracy' | 'longer_wins_accuracy' | 'margins'>;
type Policy = Pick<JobReport['policies'][number], 'name' | 'mean_reward' | 'kl' | 'mean_tokens' | 'samples'>;

/**
 * How often the reward model is right about the held-out comparisons: against the labels, and against the gold
 * preference where the truth is known. A rule that scores both alike is wrong (detail 8 of the method).
 */
export function rewardModelTable(
  report: { reward_model_accuracy: Accuracy | null },
  comparisons: HeldOutComparison[],
): string {
  const found = report.reward_model_accuracy;
  if (!found) throw new Error('The evaluation measured no accuracy: it was given no comparisons.');
  const judged = comparisons.map((comparison, i) => ({ ...comparison, margin: found.margins[i] ?? Number.NaN }));
  const known = judged.flatMap(({ goldMargin, ...rest }) => (goldMargin ? [{ goldMargin, ...rest }] : []));
  const agreesWithGold = (margin: number, goldMargin: number) => margin * goldMargin > 0;
  const longer = ({ chosen, rejected }: HeldOutComparison) => chosen.length - rejected.length;
  const rows = [
    ['', `labels (${judged.length})`],
    ['reward model', percent(found.accuracy)],
    ['longer wins', percent(found.longer_wins_accuracy)],
  ];
  if (known.length > 0) {
    rows.push(['best possible', percent(share(judged, ({ goldMargin }) => (goldMargin ?? 0) > 0))]);
    rows[0]?.push(`gold preference (${known.length})`);
    rows[1]?.push(percent(share(known, ({ margin, goldMargin }) => agreesWithGold(margin, goldMargin))));
    rows[2]?.push(percent(share(known, (comparison) => agreesWithGold(longer(comparison), comparison.goldMargin))));
    rows[3]?.push(percent(1));
  }
  return `Held-out comparisons: share in which it prefers the same summary as the …\n${layOut(rows)}`;
}

/** What each way of summarising reaches on the held-out documents. */
export function policyTable(report: { policies: Policy[] }, documents: HeldOutDemonstration[], ppo: string): string {
  const scored = report.policies.map((policy) => ({
    ...policy,
    name: policy.name === ppo ? 'PPO' : policy.name,
    gold: goldScores(policy.samples, documents),
  }));
  const known = scored.every(({ gold }) => gold.length > 0);
  const header = [
    '',
    'predicted reward',
    ...(known ? ['gold score (at most 1)'] : []),
    'KL from SFT (nats)',
    'length (tokens)',
  ];
  const rows = scored.map(({ name, mean_reward, kl, mean_tokens, gold }) => [
    name,
    mean_reward.toFixed(2),
    ...(known ? [`${mean(gold).toFixed(3)} ± ${standardError(gold).toFixed(3)}`] : []),
    kl === null ? '–' : `${name.startsWith('best-of') ? '≤ ' : ''}${kl.toFixed(2)}`,
    mean_tokens.toFixed(1),
  ]);
  const count = scored[0]?.samples.length ?? 0;
  return `Held-out documents (${count}): mean${known ? ' ± standard error' : ''} over one summary of each\n${layOut([header, ...rows])}`;
}

const goldScores = (samples: Policy['samples'], documents: HeldOutDemonstration[]) =>
  samples.flatMap(({ prompt, text }) => documents[prompt]?.goldScore?.(text) ?? []);

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** Columns side by side, the first to the left, the others to the right. */
function layOut(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ');
  return rows.map((row) => `  ${line(row)}`).join('\n');
}
