import type { Model } from '../checkpoint/model-files.ts';
import { writeModelFiles } from '../checkpoint/model-files.ts';
import { readTrainerState, writeTrainerState } from '../checkpoint/trainer-state.ts';
import type { Gradients, Kernels } from '../model/kernels.ts';
import { countParameters, disposeParameters } from '../model/parameters.ts';
import { cosineSchedule } from '../optimiser/learning-rate.ts';
import {
  createOptimiserState,
  disposeOptimiserState,
  type OptimiserState,
  updateParameters,
} from '../optimiser/optimiser.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { ADAM, type SupervisedSettings } from '../settings/hyperparameters.ts';
import { exampleOrder } from './example-order.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';

/** What one supervised trainer does differently from another. */
export interface SupervisedTask {
  kernels: Kernels;
  /** Trained in place; the trainer owns its tensors from now on. */
  model: Model;
  hyperparameters: SupervisedSettings;
  seed: number;
  examples: number;
  /** Examples that did not fit the context. */
  leftOut: number;
  /** Mean loss over these examples, with its gradients, which the trainer disposes. */
  differentiate(examples: number[]): { gradients: Gradients; metrics: Metrics };
  finish(): { model: Model; metrics: Metrics };
  resumeFrom: Files | undefined;
}

/** AdamW on shuffled batches with a cosine learning rate: what pretraining, SFT and the reward model share. */
export function createSupervisedTrainer(task: SupervisedTask): Trainer {
  const { kernels, model, examples, leftOut } = task;
  const { parameters } = model.decoder;
  const settings = task.hyperparameters;
  if (examples === 0) {
    disposeParameters(parameters);
    throw new UnsuitableInput(
      `The dataset has no example that fits the context of ${model.decoder.config.n_positions} tokens (${leftOut} do not): ` +
        'use shorter ones, or a model with a longer context.',
    );
  }
  const places = Math.max(1, Math.round(examples * settings.epochs));
  const totalSteps = Math.ceil(places / settings.batch_size);
  const exampleAt = exampleOrder(examples, RandomGenerator.fromSeed(task.seed).fork('examples'));
  const learningRateAt = cosineSchedule({
    peak: settings.learning_rate,
    totalSteps,
    warmupSteps: settings.warmup_steps,
  });
  const optimiser = task.resumeFrom ? resumeOptimiser(task.resumeFrom) : createOptimiserState(parameters);
  const optimiserSettings = {
    beta1: ADAM.beta1,
    beta2: ADAM.beta2,
    epsilon: ADAM.epsilon,
    weightDecay: settings.weight_decay,
    maxGradientNorm: settings.max_gradient_norm,
  };

  return {
    get step() {
      return optimiser.step;
    },
    totalSteps,
    get finished() {
      return optimiser.step >= totalSteps;
    },
    earlyStop: null,
    settings: { ...settings, examples, examples_left_out: leftOut, parameters: countParameters(parameters) },
    async advance() {
      const start = optimiser.step * settings.batch_size;
      const size = Math.min(settings.batch_size, places - start);
      const learningRate = learningRateAt(optimiser.step);
      const { gradients, metrics } = task.differentiate(Array.from({ length: size }, (_, i) => exampleAt(start + i)));
      try {
        const update = { parameters, gradients, state: optimiser, settings: optimiserSettings, learningRate };
        const { gradientNorm } = updateParameters(kernels, update);
        return { ...metrics, learning_rate: learningRate, gradient_norm: gradientNorm };
      } finally {
        disposeParameters(gradients);
      }
    },
    async checkpoint() {
      const { step, firstMoments, secondMoments } = optimiser;
      return {
        ...writeModelFiles(model),
        ...writeTrainerState({ progress: { step }, tensors: { firstMoments, secondMoments } }),
      };
    },
    async finish() {
      const result = task.finish();
      return { files: writeModelFiles(result.model), metrics: result.metrics };
    },
    dispose() {
      disposeParameters(parameters);
      disposeOptimiserState(optimiser);
    },
  };
}

function resumeOptimiser(files: Files): OptimiserState {
  const { progress, tensors } = readTrainerState(files);
  const { firstMoments = {}, secondMoments = {} } = tensors;
  return { step: Number(progress.step), firstMoments, secondMoments };
}
