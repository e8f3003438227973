import type { JobReport } from '@laurel/sdk';
import type { Material } from '../demo/material.ts';
import { mean, share, standardError } from '../demo/statistics.ts';
import { type Estimate, gainAtEqualLength } from './equal-length.ts';

/** One way of summarising, on the held-out documents. */
export interface MeasuredPolicy {
  name: string;
  predicted: number;
  gold: Estimate;
  tokens: number;
  kl: number | null;
  /** Gold score above SFT's, document by document, and at equal length. */
  gain: Estimate;
  gainAtEqualLength: Estimate;
  gains: number[];
}

export interface MeasuredSeed {
  seed: number;
  /** Against the labels of held-out comparisons, as shares. */
  accuracy: { rewardModel: number; longerWins: number; bestPossible: number };
  policies: MeasuredPolicy[];
}

/** What an evaluation found, with the corpus's known truth beside it. */
export function measure(
  seed: number,
  report: JobReport,
  material: Material,
  names: Record<string, string>,
): MeasuredSeed {
  const { demonstrations, comparisons } = material.heldOut;
  const goldOf = (samples: JobReport['policies'][number]['samples']) =>
    samples.map(({ prompt, text }) => demonstrations[prompt]?.goldScore?.(text) ?? Number.NaN);
  const sft = report.policies.find(({ name }) => name === 'sft');
  if (!sft || !report.reward_model_accuracy) throw new Error('The evaluation lacks SFT or comparisons.');
  const sftGold = goldOf(sft.samples);
  const policies = report.policies.map(({ name, mean_reward, kl, mean_tokens, samples }): MeasuredPolicy => {
    const gold = goldOf(samples);
    const gains = gold.map((value, i) => value - (sftGold[i] ?? Number.NaN));
    const longer = samples.map(({ tokens }, i) => tokens - (sft.samples[i]?.tokens ?? Number.NaN));
    return {
      name: names[name] ?? name,
      predicted: mean_reward,
      gold: estimate(gold),
      tokens: mean_tokens,
      kl,
      gain: estimate(gains),
      gainAtEqualLength: gainAtEqualLength(gains, longer),
      gains,
    };
  });
  const { accuracy, longer_wins_accuracy } = report.reward_model_accuracy;
  const bestPossible = share(comparisons, ({ goldMargin }) => (goldMargin ?? 0) > 0);
  return { seed, accuracy: { rewardModel: accuracy, longerWins: longer_wins_accuracy, bestPossible }, policies };
}

export const estimate = (values: number[]): Estimate => ({ value: mean(values), standardError: standardError(values) });
