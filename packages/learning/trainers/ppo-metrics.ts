import { type Episode, joined } from './ppo-episodes.ts';
import type { Metrics } from './trainer.ts';

/** What the batch was like, before it is learned from. */
export function describeEpisodes(episodes: readonly Episode[], klCoefficient: number): Metrics & { kl: number } {
  const mean = (of: (episode: Episode) => number) => episodes.reduce((sum, e) => sum + of(e), 0) / episodes.length;
  const tokens = episodes.reduce((sum, { completion }) => sum + completion.length, 0);
  return {
    reward: mean(({ score, kl }) => score - klCoefficient * kl),
    score: mean(({ score }) => score),
    kl: mean(({ kl }) => kl),
    kl_coefficient: klCoefficient,
    entropy: episodes.reduce((sum, { entropySum }) => sum + entropySum, 0) / tokens,
    explained_variance: explainedVariance(joined(episodes, 'values'), joined(episodes, 'returns')),
    response_tokens: tokens / episodes.length,
    end_share: mean(({ finished }) => (finished ? 1 : 0)),
  };
}

/** 1 − Var(R − V) / Var(R): 1 where the value network foresees every return, 0 or less where it is no better than their mean. */
function explainedVariance(values: Float32Array, returns: Float32Array): number {
  const rest = variance(returns.map((value, i) => value - (values[i] ?? Number.NaN)));
  return 1 - rest / Math.max(variance(returns), 1e-8);
}

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

export function addMetrics(sums: Metrics, metrics: Metrics): void {
  for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + value;
}

export function meanOf(metrics: readonly Metrics[]): Metrics {
  const sums: Metrics = {};
  for (const each of metrics) addMetrics(sums, each);
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / metrics.length]));
}
