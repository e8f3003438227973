import type { JobType } from './job.ts';

/** What a metric of a job is measured in, and what it is where nothing was learnt. */
export interface MetricMeaning {
  /** Null for what has none, such as a rate, and for what is not known here. */
  unit: string | null;
  /** Null where there is none. */
  baseline: number | null;
}

const of = (unit: string | null, baseline: number | null = null): MetricMeaning => ({ unit, baseline });

/** A coin's toss: −log ½ for each pair. */
const COIN_LOSS = Math.LN2;
const pairLoss = of('nats a pair', COIN_LOSS);
const accuracy = of('share', 0.5);
const tokenLoss = of('nats a token');

const supervised = {
  loss: tokenLoss,
  tokens: of('tokens'),
  validation_loss: tokenLoss,
  validation_examples: of('examples'),
};

const preferences = {
  loss: pairLoss,
  accuracy,
  margin: of('reward', 0),
  validation_accuracy: accuracy,
  validation_loss: pairLoss,
  validation_comparisons: of('comparisons'),
};

/** As docs/metrics.md tells them. */
const MEANINGS: Partial<Record<JobType, Record<string, MetricMeaning>>> = {
  pretrain: supervised,
  sft: supervised,
  rejection_sampling: supervised,
  reward_model: { ...preferences, reference_reward: of('reward') },
  dpo: { ...preferences, chosen_reward: of('reward', 0), rejected_reward: of('reward', 0) },
  ppo: {
    score: of('reward', 0),
    reward: of('reward', 0),
    kl: of('nats a response', 0),
    kl_coefficient: of('reward a nat'),
    entropy: of('nats a token'),
    response_tokens: of('tokens'),
    end_share: of('share'),
    ratio: of('share', 1),
    clip_fraction: of('share', 0),
    approx_kl: of('nats a token', 0),
    explained_variance: of('share', 0),
  },
  import: { parameters: of('parameters'), size_bytes: of('bytes') },
};

const EVERYWHERE: Record<string, MetricMeaning> = { step_seconds: of('seconds') };

/** What a metric of a job of some type means. */
export const metricMeaning = (type: JobType, name: string): MetricMeaning => {
  const known = MEANINGS[type] ?? {};
  if (Object.hasOwn(known, name)) return known[name] as MetricMeaning;
  return Object.hasOwn(EVERYWHERE, name) ? (EVERYWHERE[name] as MetricMeaning) : of(null);
};
