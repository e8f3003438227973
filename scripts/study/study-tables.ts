import type { Estimate } from './equal-length.ts';
import { estimate, type MeasuredPolicy, type MeasuredSeed } from './measured.ts';

/** Reward-model accuracy beside its baselines, a row a seed. Markdown. */
export function accuracyTable(seeds: readonly MeasuredSeed[]): string {
  const rows = seeds.map(({ seed, accuracy: { rewardModel, longerWins, bestPossible } }) => [
    String(seed),
    ...[rewardModel, bestPossible, longerWins].map((value) => `${(100 * value).toFixed(1)} %`),
    `${(100 * (bestPossible - rewardModel)).toFixed(1)} points`,
  ]);
  return markdown(['seed', 'reward model', 'best possible', 'longer wins', 'below the best possible'], rows);
}

/** Every way of summarising, a row a seed and way. Markdown. */
export function policiesTable(seeds: readonly MeasuredSeed[]): string {
  const rows = seeds.flatMap(({ seed, policies }) =>
    policies.map((policy) => [
      String(seed),
      ...policyCells(policy),
      gainCell(policy, policy.gain),
      gainCell(policy, policy.gainAtEqualLength),
    ]),
  );
  const header = [
    'seed',
    '',
    'predicted reward',
    'gold score (at most 1)',
    'KL from SFT (nats)',
    'length (tokens)',
    'gold above SFT',
    'the same at equal length',
  ];
  return markdown(header, rows);
}

/** Gold score above SFT's over all documents of all seeds. Markdown. */
export function pooledTable(seeds: readonly MeasuredSeed[]): string {
  const names = seeds[0]?.policies.map(({ name }) => name).filter((name) => name !== 'sft') ?? [];
  const rows = names.map((name) => {
    const ofSeeds = seeds.map(({ policies }) => policies.find((policy) => policy.name === name));
    const gains = ofSeeds.flatMap((policy) => policy?.gains ?? []);
    return [
      name,
      signed(estimate(gains)),
      ofSeeds.map((policy) => policy?.gain.value.toFixed(3) ?? '–').join(', '),
      String(gains.length),
    ];
  });
  return markdown(['', 'gold above SFT, all seeds', 'seed by seed', 'documents'], rows);
}

/** One way of summarising a row. Markdown. */
export function runsTable({ policies }: MeasuredSeed): string {
  const header = ['', 'predicted reward', 'gold score (at most 1)', 'KL from SFT (nats)', 'length (tokens)'];
  return markdown(header, policies.map(policyCells));
}

const policyCells = ({ name, predicted, gold, tokens, kl }: MeasuredPolicy): string[] => [
  name,
  predicted.toFixed(2),
  `${gold.value.toFixed(3)} ± ${gold.standardError.toFixed(3)}`,
  kl === null ? '–' : `${name.startsWith('best-of') ? '≤ ' : ''}${kl.toFixed(2)}`,
  tokens.toFixed(1),
];

const gainCell = ({ name }: MeasuredPolicy, gain: Estimate): string => (name === 'sft' ? '–' : signed(gain));

const signed = ({ value, standardError }: Estimate): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)} ± ${standardError.toFixed(3)}`;

const markdown = (header: string[], rows: string[][]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
