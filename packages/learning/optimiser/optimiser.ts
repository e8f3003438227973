import * as tf from '@tensorflow/tfjs-core';
import type { Gradients, Kernels, Parameters } from '../model/kernels.ts';

/** AdamW's memory of one record of parameters. Whoever made it disposes its tensors. */
export interface OptimiserState {
  /** Updates done. */
  step: number;
  firstMoments: Parameters;
  secondMoments: Parameters;
}

export interface OptimiserSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Gradients longer than this, in the Euclidean norm over all parameters, are scaled down to it. */
  maxGradientNorm: number;
}

/** The weights have left the range of numbers; going on or starting again from them does not help. */
export class Diverged extends Error {
  override name = 'Diverged';
  readonly code = 'diverged';
}

/** @throws {Diverged} for a loss that is no number, whatever its gradients look like */
export function requireFiniteLoss(loss: number | undefined, update: number): void {
  if (Number.isFinite(loss)) return;
  throw new Diverged(`The loss of update ${update} is not finite: lower the learning_rate.`);
}

/** Moments of 0 for every parameter. */
export function createOptimiserState(parameters: Parameters): OptimiserState {
  const zeros = () =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, tf.zeros(shape)]));
  return { step: 0, firstMoments: zeros(), secondMoments: zeros() };
}

export function disposeOptimiserState({ firstMoments, secondMoments }: OptimiserState): void {
  tf.dispose([firstMoments, secondMoments]);
}

/**
 * One update: clips by the global norm (Pascanu et al. 2013, algorithm 1), then AdamW. Changes `parameters` and `state`; does not
 * dispose the gradients. Returns the norm before clipping.
 * @throws {Diverged} if that is not finite, with the parameters untouched
 * @param gradientScale multiplies the gradients first: 1 / n where they are sums over n batches
 */
export function updateParameters(
  kernels: Kernels,
  update: {
    parameters: Parameters;
    gradients: Gradients;
    state: OptimiserState;
    settings: OptimiserSettings;
    learningRate: number;
    gradientScale?: number;
  },
): { gradientNorm: number } {
  const { parameters, gradients, state, settings, learningRate, gradientScale = 1 } = update;
  const gradientNorm = Math.sqrt(kernels.squaredNorm(gradients)) * gradientScale;
  if (!Number.isFinite(gradientNorm))
    throw new Diverged(`The gradient of update ${state.step + 1} is not finite: lower the learning_rate.`);
  const { maxGradientNorm, ...adamW } = settings;
  const clipScale = gradientNorm > maxGradientNorm ? maxGradientNorm / gradientNorm : 1;
  state.step += 1;
  kernels.adamW({
    ...state,
    ...adamW,
    parameters,
    gradients,
    learningRate,
    gradientScale: gradientScale * clipScale,
  });
  return { gradientNorm };
}
