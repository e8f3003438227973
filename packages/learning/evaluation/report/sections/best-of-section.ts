import type { BestOfReport, MeanEstimate } from '@laurel/contracts';
import { bestOfKlBound, expectedBestOf } from '../../best-of-curve.ts';
import { groupBy } from '../../statistics/group-by.ts';
import { estimateMean } from '../../statistics/mean.ts';
import { type Block, paragraph, type Section, table } from '../blocks.ts';
import { count, decimal, intervalOf, withError } from '../numbers.ts';
import type { Gold, ReportContext } from '../report-context.ts';
import { xyPlot } from '../svg-plot.ts';

/** Best-of-n from SFT, the cheap rival of PPO (Stiennon et al. 2020, appendix G.3). */
export function bestOfSection({ report, gold }: ReportContext): Section {
  const { best_of, policies, spec } = report;
  const reference = policies[0]?.mean_reward ?? 0;
  const blocks: Block[] = [
    paragraph(
      `Of n samples of SFT the one with the highest predicted reward. Each value is the mean over all subsets of n of the ${spec.best_of}`,
      'samples of a prompt, which is unbiased; n = 1 is SFT.',
    ),
    curvePlot('Predicted reward of best-of-n, ± 1.96 standard errors', 'predicted reward', best_of, reference),
  ];
  const goldOfReference =
    gold && estimateMean((policies[0]?.samples ?? []).map(({ prompt, text }) => gold.scoreOf(prompt, text))).mean;
  if (gold) {
    const title = 'Gold score of what predicted reward chooses, ± 1.96 standard errors';
    blocks.push(curvePlot(title, gold.label, best_of, goldOfReference ?? 0, gold));
  }
  const goldPoints = gold ? bestOfPoints(best_of, gold) : [];
  const rows = bestOfPoints(best_of).map(({ n, kl, estimate }, i) => {
    const ofGold = goldPoints[i]?.estimate;
    return [
      count(n),
      decimal(kl),
      withError(estimate.mean, estimate.standard_error),
      decimal(reference),
      ...(ofGold ? [withError(ofGold.mean, ofGold.standard_error, 3), decimal(goldOfReference ?? 0, 3)] : []),
    ];
  });
  const columns = ['n', 'KL from SFT (nats), at most', 'predicted reward', 'of the reference'];
  if (gold) columns.push(gold.label, 'of the reference');
  blocks.push(table('Best-of-n (± standard error)', columns, rows));
  return { title: 'Best-of-n', blocks };
}

/** The curve, by predicted reward or, where a gold judge is given, by what it says of the samples that predicted reward chooses. */
export function bestOfPoints(
  { curve, samples }: BestOfReport,
  gold?: Gold,
): { n: number; kl: number; estimate: MeanEstimate }[] {
  if (!gold) return curve.map(({ n, kl_bound, reward }) => ({ n, kl: kl_bound, estimate: reward }));
  const prompts = [...groupBy(samples, ({ prompt }) => prompt).values()].map((ofPrompt) => ({
    rewards: ofPrompt.map(({ reward }) => reward),
    values: ofPrompt.map(({ prompt, text }) => gold.scoreOf(prompt, text)),
  }));
  return curve.map(({ n }) => ({
    n,
    kl: bestOfKlBound(n),
    estimate: estimateMean(prompts.map(({ rewards, values }) => expectedBestOf(rewards, n, values))),
  }));
}

function curvePlot(title: string, label: string, bestOf: BestOfReport, reference: number, gold?: Gold) {
  const points = bestOfPoints(bestOf, gold).map(({ n, estimate }) => ({
    x: n,
    y: estimate.mean,
    interval: intervalOf(estimate),
  }));
  return xyPlot({
    title,
    alt: `${points.map(({ x, y }) => `n = ${x}: ${decimal(y)}`).join(', ')}; the references have ${decimal(reference)}.`,
    x: { label: 'n (samples)', scale: 'log2' },
    y: { label },
    series: [{ name: 'best-of-n', points, isLine: true }],
    baselines: [{ label: 'reference', at: reference }],
  });
}
