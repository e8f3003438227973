import type { EvaluationReport, PolicyReport } from '@laurel/contracts';
import { estimateMean } from '../../statistics/mean.ts';
import { type Block, paragraph, type Section, table } from '../blocks.ts';
import { decimal, intervalOf, NONE, withError } from '../numbers.ts';
import { type Gold, nameOf, type ReportContext } from '../report-context.ts';
import { xyPlot } from '../svg-plot.ts';
import { bestOfPoints } from './best-of-section.ts';
import { klCell } from './policies-section.ts';

/** Reward over distance from SFT (Stiennon et al. 2020, section 4.3): with checkpoints of one run, the curve of over-optimisation. */
export function klSection(context: ReportContext): Section {
  const { report, gold } = context;
  const blocks: Block[] = [
    paragraph(
      'How far a policy has gone from SFT, and what it has got there. Over-optimisation is where predicted reward goes on rising and',
      'true quality does not. Best-of-n is drawn at the bound of its KL, log n − (n − 1)/n.',
    ),
    plotOver(context, 'Predicted reward over KL, ± 1.96 standard errors', 'predicted reward', rewardEstimate),
  ];
  if (gold) {
    const title = `${capitalised(gold.label)} over KL, ± 1.96 standard errors`;
    blocks.push(plotOver(context, title, gold.label, (policy) => goldEstimate(policy, gold), gold));
  }
  blocks.push(klTable(context, report));
  return { title: 'KL against reward', blocks };
}

const capitalised = (text: string) => text.replace(/^./, (letter) => letter.toUpperCase());

const rewardEstimate = ({ samples }: PolicyReport) => estimateMean(samples.map(({ reward }) => reward));

const goldEstimate = ({ samples }: PolicyReport, gold: Gold) =>
  estimateMean(samples.map(({ prompt, text }) => gold.scoreOf(prompt, text)));

/** Policies that were sampled, apart from best-of-N: SFT and those given. */
const sampled = (policies: readonly PolicyReport[]) =>
  policies.filter(({ kl, kl_standard_error }) => kl !== null && kl_standard_error !== null);

function plotOver(
  context: ReportContext,
  title: string,
  label: string,
  estimateOf: (policy: PolicyReport) => ReturnType<typeof estimateMean>,
  gold?: Gold,
) {
  const { policies, best_of } = context.report;
  const [reference] = policies;
  const points = sampled(policies).map((policy) => {
    const estimate = estimateOf(policy);
    return { x: policy.kl ?? 0, y: estimate.mean, interval: intervalOf(estimate), label: nameOf(context, policy.name) };
  });
  const bestOf = bestOfPoints(best_of, gold).map(({ n, kl, estimate }) => ({
    x: kl,
    y: estimate.mean,
    interval: intervalOf(estimate),
    ...(n === best_of.curve.at(-1)?.n && { label: `best-of-${n}` }),
  }));
  const heightOfReference = reference ? estimateOf(reference).mean : 0;
  return xyPlot({
    title,
    alt: `${points.map((point) => `${point.label} at ${decimal(point.x)} nats: ${decimal(point.y)}`).join('; ')}. The references have ${decimal(heightOfReference)}.`,
    x: { label: 'KL from SFT (nats)', include: [0] },
    y: { label },
    series: [
      { name: 'policies', points, isLine: false },
      { name: 'best-of-n, at the bound', points: bestOf, isLine: true },
    ],
    baselines: reference ? [{ label: 'reference', at: heightOfReference }] : [],
  });
}

function klTable(context: ReportContext, { policies }: EvaluationReport) {
  const { gold } = context;
  const columns = ['', 'KL from SFT (nats)', 'predicted reward', ...(gold ? [gold.label] : [])];
  const rows = policies.map((policy) => {
    const ofGold = gold && goldEstimate(policy, gold);
    return [
      nameOf(context, policy.name),
      policy.kl === null ? NONE : klCell(policy),
      withError(policy.mean_reward, policy.reward_standard_error),
      ...(ofGold ? [withError(ofGold.mean, ofGold.standard_error, 3)] : []),
    ];
  });
  return table('KL and reward (± standard error); the reference is no policy and has no KL', columns, rows);
}
