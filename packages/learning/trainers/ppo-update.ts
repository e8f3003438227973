import * as tf from '@tensorflow/tfjs-core';
import { policyLoss, policyStatistics } from '../losses/policy-loss.ts';
import { valueLoss } from '../losses/value-loss.ts';
import type { Decoder, Gradients, Kernels } from '../model/kernels.ts';
import { disposeParameters } from '../model/parameters.ts';
import { type OptimiserState, requireFiniteLoss, updateParameters } from '../optimiser/optimiser.ts';
import { ADAM } from '../settings/hyperparameters.ts';
import type { PpoSettings } from '../settings/ppo-settings.ts';
import { addGradients, differentiateHeadValues, differentiateLogProbs } from './model-outputs.ts';
import type { Pass } from './pass.ts';
import { type Episode, joined } from './ppo-episodes.ts';
import { addMetrics } from './ppo-metrics.ts';
import type { PpoModels } from './ppo-models.ts';
import type { PpoState } from './ppo-state.ts';
import type { Metrics } from './trainer.ts';

/** Detail 12 failed: sampling and updating do not see the same policy. */
export class UpdateNotNeutral extends Error {
  override name = 'UpdateNotNeutral';
  readonly code = 'update_not_neutral';
}

/** How far a ratio that should be 1 may lie from it: the passes are the same, so nothing but the last bits may differ. */
const RATIO_TOLERANCE = 1e-4;

/**
 * One optimiser update of the policy and one of the value network, on one minibatch.
 * @param isFirst of the iteration: every ratio has to be 1 (detail 12)
 */
export function updateOnMinibatch(
  models: Pick<PpoModels, 'kernels' | 'policy' | 'value'>,
  state: Pick<PpoState, 'policyOptimiser' | 'valueOptimiser'>,
  passes: readonly Pass[],
  { settings, learningRate, isFirst }: { settings: PpoSettings; learningRate: number; isFirst: boolean },
): Metrics {
  const { kernels, policy, value } = models;
  const tokens = passes.reduce((sum, { rows }) => sum + rows.length, 0);
  const policyGradients: Gradients = {};
  const valueGradients: Gradients = {};
  const sums: Metrics = {};
  try {
    for (const pass of passes) {
      const weight = pass.rows.length / tokens;
      const policyMetrics = differentiatePolicy(
        kernels,
        policy.decoder,
        pass,
        { settings, weight, isFirst },
        policyGradients,
      );
      const valueMetrics = differentiateValue(kernels, value, pass, { settings, weight }, valueGradients);
      addMetrics(sums, { ...policyMetrics, ...valueMetrics });
    }
    requireFiniteLoss(sums.policy_loss, state.policyOptimiser.step + 1);
    requireFiniteLoss(sums.value_loss, state.valueOptimiser.step + 1);
    const step = { kernels, settings, learningRate };
    return {
      ...sums,
      gradient_norm: apply(policy.decoder, policyGradients, state.policyOptimiser, step),
      value_gradient_norm: apply(value, valueGradients, state.valueOptimiser, step),
    };
  } finally {
    disposeParameters(policyGradients);
    disposeParameters(valueGradients);
  }
}

/** Adds the policy loss's gradients of one pass, times its share of the minibatch. */
function differentiatePolicy(
  kernels: Kernels,
  decoder: Decoder,
  pass: Pass,
  { settings, weight, isFirst }: { settings: PpoSettings; weight: number; isFirst: boolean },
  gradients: Gradients,
): Metrics {
  const { temperature, clip_range } = settings;
  const episodes = pass.sequences as Episode[];
  const oldLogProbs = joined(episodes, 'logProbs');
  const advantages = joined(episodes, 'advantages');
  const result = differentiateLogProbs(kernels, { decoder, pass, temperature, weight }, (logProbs) =>
    policyLoss(logProbs, tf.tensor1d(oldLogProbs), tf.tensor1d(advantages), clip_range),
  );
  addGradients(gradients, result.gradients);
  const { ratio, ratioDeviation, approxKl, clipFraction } = policyStatistics(result.logProbs, oldLogProbs, clip_range);
  if (isFirst) requireNeutral(ratioDeviation);
  return {
    policy_loss: result.loss,
    ratio: weight * ratio,
    approx_kl: weight * approxKl,
    clip_fraction: weight * clipFraction,
  };
}

/** Adds the value loss's gradients of one pass, times the value coefficient and the pass's share of the minibatch. */
function differentiateValue(
  kernels: Kernels,
  decoder: Decoder,
  { batch, rows, sequences }: Pass,
  { settings, weight }: { settings: PpoSettings; weight: number },
  gradients: Gradients,
): Metrics {
  const { value_clip_range, value_coefficient } = settings;
  const episodes = sequences as Episode[];
  const oldValues = joined(episodes, 'values');
  const returns = joined(episodes, 'returns');
  const options = { decoder, batch, rows, weight: weight * value_coefficient };
  const result = differentiateHeadValues(kernels, options, (values) =>
    valueLoss(values, tf.tensor1d(oldValues), tf.tensor1d(returns), value_clip_range),
  );
  addGradients(gradients, result.gradients);
  return { value_loss: value_coefficient > 0 ? result.loss / value_coefficient : 0 };
}

/** Returns the gradients' norm before clipping. */
function apply(
  { parameters }: Decoder,
  gradients: Gradients,
  state: OptimiserState,
  { kernels, settings, learningRate }: { kernels: Kernels; settings: PpoSettings; learningRate: number },
): number {
  const optimiser = {
    beta1: ADAM.beta1,
    beta2: ADAM.beta2,
    epsilon: ADAM.ppoEpsilon,
    weightDecay: 0,
    maxGradientNorm: settings.max_gradient_norm,
  };
  return updateParameters(kernels, { parameters, gradients, state, settings: optimiser, learningRate }).gradientNorm;
}

function requireNeutral(ratioDeviation: number): void {
  if (ratioDeviation <= RATIO_TOLERANCE) return;
  throw new UpdateNotNeutral(
    `Before the first update a ratio differs from 1 by ${ratioDeviation}: sampling and updating disagree on the policy's ` +
      'log-probabilities, which is a fault of the engine.',
  );
}
