import {
  generalisedAdvantages,
  type Kernels,
  k1,
  k2,
  k3,
  policyLoss,
  policyStatistics,
  readModelFiles,
  tokenRewards,
  valueLoss,
  whiten,
} from '@laurel/learning';
import * as tf from '@tensorflow/tfjs-core';
import { differentiateHeadValues, differentiateLogProbs } from '../../../packages/learning/trainers/model-outputs.ts';
import { splitBySequence } from '../../../packages/learning/trainers/pass.ts';
import { type Comparison, compare, compareAll, list, scalar } from '../comparison.ts';
import { cases, type Expected, modelFiles, readExpected } from '../fixtures.ts';
import { asInFiles, pass } from './sequences.ts';

const { gamma, lambda, clip_range, value_clip_range, kl_coefficient } = cases.ppo;

/** What becomes of samples before the update: rewards of tokens, GAE, returns, both whitenings, the three estimators of KL. */
export function advantages(_kernels: Kernels, family: string): Comparison[] {
  const rollout = readExpected(family, 'rollout');
  const values = (name: string) => rollout.get(name).values;
  const scores = values('scores');
  const [old, reference, oldValues] = ['old_log_probs', 'reference_log_probs', 'old_values'].map((name) =>
    splitBySequence(pass, values(name)),
  ) as [Float32Array[], Float32Array[], Float32Array[]];
  const rewards = old.map((own, i) =>
    tokenRewards(own, reference[i] as Float32Array, scores[i] as number, kl_coefficient),
  );
  const estimates = rewards.map((own, i) => generalisedAdvantages(own, oldValues[i] as Float32Array, gamma, lambda));
  const joined = (parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));
  const estimated = joined(estimates.map((each) => each.advantages));
  const logRatios = values('old_log_probs').map((logProb, i) => (values('reference_log_probs')[i] as number) - logProb);
  const results = {
    'token rewards': [joined(rewards), 'token_rewards'],
    'GAE: advantages': [estimated, 'advantages'],
    'GAE: returns': [joined(estimates.map((each) => each.returns)), 'returns'],
    'whitened advantages': [whiten(estimated), 'whitened_advantages'],
    'whitened rewards, mean kept': [whiten(joined(rewards), { keepMean: true }), 'whitened_rewards'],
    'KL estimator k1': [logRatios.map(k1), 'k1'],
    'KL estimator k2': [logRatios.map(k2), 'k2'],
    'KL estimator k3': [logRatios.map(k3), 'k3'],
  } as const;
  return Object.entries(results).map(([quantity, [actual, name]]) =>
    compare(quantity, list(actual), rollout.get(name)),
  );
}

/** The clipped surrogate with its statistics and every gradient, at the temperature of sampling. */
export function ppoPolicy(kernels: Kernels, family: string): Comparison[] {
  const [expected, rollout] = [readExpected(family, 'ppo-policy'), readExpected(family, 'rollout')];
  const { decoder } = readModelFiles(modelFiles(family, 'policy'));
  const old = rollout.get('old_log_probs').values;
  const options = { decoder, pass, temperature: cases.temperature, weight: 1 };
  const step = differentiateLogProbs(kernels, options, (logProbs) =>
    policyLoss(logProbs, vector(rollout, 'old_log_probs'), vector(rollout, 'whitened_advantages'), clip_range),
  );
  const statistics = policyStatistics(step.logProbs, old, clip_range);
  const measured = {
    ratio: statistics.ratio,
    ratio_deviation: statistics.ratioDeviation,
    approx_kl: statistics.approxKl,
    clip_fraction: statistics.clipFraction,
  };
  return [
    compare('log-probabilities at T', list(step.logProbs), expected.get('log_probs')),
    compare('PPO policy loss, ratio clipped', scalar(step.loss), expected.get('loss')),
    ...Object.entries(measured).map(([part, value]) =>
      compare('PPO statistics', scalar(value), expected.get(part), { part }),
    ),
    ...compareAll('PPO policy gradients', asInFiles(decoder.config, step.gradients), expected.under('gradient.')),
  ];
}

/** The value loss with and without clipping, and every gradient of the clipped one. */
export function ppoValue(kernels: Kernels, family: string): Comparison[] {
  const [expected, rollout] = [readExpected(family, 'ppo-value'), readExpected(family, 'rollout')];
  const { decoder } = readModelFiles(modelFiles(family, 'reward'));
  const { config, parameters } = decoder;
  const network = { config, parameters: { ...parameters, 'score.bias': tf.tensor1d([0.3]) } };
  const [old, returns] = [vector(rollout, 'old_values'), vector(rollout, 'returns')];
  const options = { decoder: network, batch: pass.batch, rows: pass.rows, weight: 1 };
  const step = differentiateHeadValues(kernels, options, (values) => valueLoss(values, old, returns, value_clip_range));
  const [unclipped = Number.NaN] = valueLoss(tf.tensor1d(step.values), old, returns, null).dataSync();
  return [
    compare('values', list(step.values), expected.get('values')),
    compare('PPO value loss, clipped', scalar(step.loss), expected.get('loss')),
    compare('PPO value loss, not clipped', scalar(unclipped), expected.get('unclipped_loss')),
    ...compareAll('PPO value gradients', asInFiles(config, step.gradients), expected.under('gradient.')),
  ];
}

const vector = (expected: Expected, name: string) => tf.tensor1d(expected.get(name).values);
