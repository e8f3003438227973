import { type Model, writeModelFiles } from '../checkpoint/model-files.ts';
import { readTrainerState, type TrainerState, writeTrainerState } from '../checkpoint/trainer-state.ts';
import type { Gradients, Kernels } from '../model/kernels.ts';
import { copyParameters, countParameters, disposeParameters } from '../model/parameters.ts';
import { cosineSchedule, type LearningRate } from '../optimiser/learning-rate.ts';
import {
  createOptimiserState,
  disposeOptimiserState,
  type OptimiserState,
  requireFiniteLoss,
  updateParameters,
} from '../optimiser/optimiser.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { ADAM, type FineTuningSettings, type SupervisedSettings } from '../settings/hyperparameters.ts';
import { EarlyStopping, type EarlyStoppingState } from './early-stopping.ts';
import { groupedExampleOrder } from './example-order.ts';
import type { Files, Metrics, Trainer } from './trainer.ts';
import { UnsuitableInput } from './unsuitable-input.ts';
import { replaceParameters, trainedParameters } from './with-lora.ts';
import { writeMerged } from './write-merged.ts';

/** What one supervised trainer does differently from another. */
export interface SupervisedTask {
  kernels: Kernels;
  /** Trained in place; the trainer owns its tensors from now on. */
  model: Model;
  hyperparameters: SupervisedSettings & Partial<Pick<FineTuningSettings, 'evaluate_every' | 'patience'>>;
  seed: number;
  /** The examples by index; those of one group stay side by side. */
  groups: readonly (readonly number[])[];
  /** Examples that did not fit the context. */
  leftOut: number;
  /** Mean loss over these examples, with its gradients, which the trainer disposes. */
  differentiate(examples: number[]): { gradients: Gradients; metrics: Metrics };
  /** `validation_loss` and the like of the held-out examples; null where there are none. */
  validate: (() => Metrics) | null;
  finish(): { model: Model; metrics: Metrics };
  /** Frees what the task itself holds. */
  dispose?(): void;
  resumeFrom: Files | undefined;
}

/**
 * AdamW on shuffled batches with a cosine learning rate, and early stopping on a validation loss: what pretraining, SFT, the reward
 * model and DPO share.
 * @throws {UnsuitableInput} where there is nothing to learn from, or nothing held out that early stopping could watch
 */
export function createSupervisedTrainer(task: SupervisedTask): Trainer {
  try {
    return new SupervisedTrainer(task);
  } catch (error) {
    disposeParameters(task.model.decoder.parameters);
    task.dispose?.();
    throw error;
  }
}

class SupervisedTrainer implements Trainer {
  readonly totalSteps: number;
  readonly settings: Record<string, unknown>;
  readonly #task: SupervisedTask;
  /** Examples in all steps together, repeated ones included. */
  readonly #places: number;
  readonly #exampleAt: (place: number) => number;
  readonly #learningRateAt: LearningRate;
  readonly #optimiser: OptimiserState;
  readonly #earlyStopping: EarlyStopping | null;

  constructor(task: SupervisedTask) {
    const { model, hyperparameters } = task;
    const examples = task.groups.flat().length;
    requireExamples(task, examples);
    requireHeldOut(task);
    this.#task = task;
    this.#places = Math.max(1, Math.round(examples * hyperparameters.epochs));
    this.totalSteps = Math.ceil(this.#places / hyperparameters.batch_size);
    this.#exampleAt = groupedExampleOrder(task.groups, RandomGenerator.fromSeed(task.seed).fork('examples'));
    this.#learningRateAt = cosineSchedule({
      peak: hyperparameters.learning_rate,
      totalSteps: this.totalSteps,
      warmupSteps: hyperparameters.warmup_steps,
    });
    const state = task.resumeFrom && readTrainerState(task.resumeFrom);
    if (state) replaceParameters(model.decoder, state.tensors.adapters ?? {});
    const trained = trainedParameters(model.decoder);
    this.#optimiser = state ? resumedOptimiser(state) : createOptimiserState(trained);
    this.#earlyStopping = earlyStoppingOf(task, state);
    this.settings = {
      ...hyperparameters,
      examples,
      examples_left_out: task.leftOut,
      parameters: countParameters(model.decoder.parameters),
      trained_parameters: countParameters(trained),
    };
  }

  get step(): number {
    return this.#optimiser.step;
  }

  get finished(): boolean {
    return this.step >= this.totalSteps || this.earlyStop !== null;
  }

  get earlyStop(): string | null {
    return this.step < this.totalSteps ? (this.#earlyStopping?.reason ?? null) : null;
  }

  async advance(): Promise<Metrics> {
    const { batch_size } = this.#task.hyperparameters;
    const start = this.step * batch_size;
    const size = Math.min(batch_size, this.#places - start);
    const metrics = this.#update(Array.from({ length: size }, (_, i) => this.#exampleAt(start + i)));
    return { ...metrics, ...this.#validateIfDue() };
  }

  #update(examples: number[]): Metrics {
    const { kernels, model, hyperparameters } = this.#task;
    const learningRate = this.#learningRateAt(this.step);
    const { gradients, metrics } = this.#task.differentiate(examples);
    try {
      requireFiniteLoss(metrics.loss, this.step + 1);
      const { gradientNorm } = updateParameters(kernels, {
        parameters: model.decoder.parameters,
        gradients,
        state: this.#optimiser,
        settings: {
          beta1: ADAM.beta1,
          beta2: ADAM.beta2,
          epsilon: ADAM.epsilon,
          weightDecay: hyperparameters.weight_decay,
          maxGradientNorm: hyperparameters.max_gradient_norm,
        },
        learningRate,
      });
      return { ...metrics, learning_rate: learningRate, gradient_norm: gradientNorm };
    } finally {
      disposeParameters(gradients);
    }
  }

  /** Also lets early stopping know. */
  #validateIfDue(): Metrics {
    const { validate, hyperparameters, model } = this.#task;
    const every = hyperparameters.evaluate_every;
    if (!validate || !every || (this.step % every !== 0 && this.step < this.totalSteps)) return {};
    const metrics = validate();
    requireFiniteLoss(metrics.validation_loss, this.step);
    const measurement = { step: this.step, loss: metrics.validation_loss ?? Number.NaN };
    this.#earlyStopping?.observe(measurement, trainedParameters(model.decoder));
    return metrics;
  }

  /** With LoRA the base is left out: it is the parent's, which the resumed run starts from as this one did. */
  async checkpoint(): Promise<Files> {
    const { model } = this.#task;
    const { step, firstMoments, secondMoments } = this.#optimiser;
    const earlyStopping = this.#earlyStopping;
    const state = writeTrainerState({
      progress: { step, earlyStopping: earlyStopping?.state ?? null },
      tensors: {
        firstMoments,
        secondMoments,
        adapters: model.decoder.lora ? trainedParameters(model.decoder) : {},
        best: earlyStopping?.weights ?? {},
      },
    });
    return model.decoder.lora ? state : { ...writeModelFiles(model), ...state };
  }

  /** With early stopping the best weights take the place of the last. */
  async finish(): Promise<{ files: Files; metrics: Metrics }> {
    const { model, validate } = this.#task;
    replaceParameters(model.decoder, copyParameters(this.#earlyStopping?.weights ?? {}));
    const measured = validate?.() ?? {};
    const result = this.#task.finish();
    return { files: writeMerged(result.model), metrics: { ...measured, ...result.metrics } };
  }

  dispose(): void {
    disposeParameters(this.#task.model.decoder.parameters);
    disposeOptimiserState(this.#optimiser);
    this.#earlyStopping?.dispose();
    this.#task.dispose?.();
  }
}

function requireExamples({ model, leftOut }: SupervisedTask, examples: number): void {
  if (examples > 0) return;
  throw new UnsuitableInput(
    `The dataset has no example that fits the context of ${model.decoder.config.n_positions} tokens (${leftOut} do not): ` +
      'use shorter ones, or a model with a longer context.',
  );
}

function requireHeldOut({ hyperparameters, validate }: SupervisedTask): void {
  if (validate || !hyperparameters.evaluate_every) return;
  throw new UnsuitableInput(
    'evaluate_every: the validation_fraction holds out no example that could be evaluated: raise it, or use a larger dataset.',
  );
}

function resumedOptimiser({ progress, tensors }: TrainerState): OptimiserState {
  const { firstMoments = {}, secondMoments = {} } = tensors;
  return { step: Number(progress.step), firstMoments, secondMoments };
}

function earlyStoppingOf({ hyperparameters }: SupervisedTask, resumed: TrainerState | undefined): EarlyStopping | null {
  if (!hyperparameters.patience) return null;
  if (!resumed) return new EarlyStopping(hyperparameters.patience);
  const state = resumed.progress.earlyStopping as EarlyStoppingState;
  return new EarlyStopping(hyperparameters.patience, { state, weights: resumed.tensors.best ?? {} });
}
