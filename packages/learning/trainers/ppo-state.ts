import { readTrainerState, writeTrainerState } from '../checkpoint/trainer-state.ts';
import type { Parameters } from '../model/kernels.ts';
import { createOptimiserState, disposeOptimiserState, type OptimiserState } from '../optimiser/optimiser.ts';
import type { PpoModels } from './ppo-models.ts';
import type { Files } from './trainer.ts';
import { replaceParameters, trainedParameters } from './with-lora.ts';

/** What changes from iteration to iteration, beside the weights. */
export interface PpoState {
  /** Iterations done. */
  iterations: number;
  /** β. */
  klCoefficient: number;
  /** Why the run ended before its last iteration. */
  earlyStop: string | null;
  policyOptimiser: OptimiserState;
  valueOptimiser: OptimiserState;
}

export function freshState({ policy, value }: PpoModels, klCoefficient: number): PpoState {
  return {
    iterations: 0,
    klCoefficient,
    earlyStop: null,
    policyOptimiser: createOptimiserState(trainedParameters(policy.decoder)),
    valueOptimiser: createOptimiserState(trainedParameters(value)),
  };
}

/** A checkpoint holds what learns. The frozen models, with LoRA the bases too, are the job's inputs, which a resumed run reads again. */
export function writeCheckpoint({ policy, value }: PpoModels, state: PpoState): Files {
  const { policyOptimiser, valueOptimiser, iterations, klCoefficient, earlyStop } = state;
  return writeTrainerState({
    progress: { iterations, klCoefficient, earlyStop, updates: policyOptimiser.step },
    tensors: {
      policy: trainedParameters(policy.decoder),
      value: trainedParameters(value),
      policyFirstMoments: policyOptimiser.firstMoments,
      policySecondMoments: policyOptimiser.secondMoments,
      valueFirstMoments: valueOptimiser.firstMoments,
      valueSecondMoments: valueOptimiser.secondMoments,
    },
  });
}

/** The state at a checkpoint; also puts its weights into the models that learn. */
export function resumeState(files: Files, { policy, value }: PpoModels): PpoState {
  const { progress, tensors } = readTrainerState(files);
  const record = (name: string): Parameters => {
    const parameters = tensors[name];
    if (!parameters)
      throw new Error(`the checkpoint has no ${name}: it is of another version of Laurel; start the job anew`);
    return parameters;
  };
  replaceParameters(policy.decoder, record('policy'));
  replaceParameters(value, record('value'));
  const optimiser = (name: string) => ({
    step: Number(progress.updates),
    firstMoments: record(`${name}FirstMoments`),
    secondMoments: record(`${name}SecondMoments`),
  });
  return {
    iterations: Number(progress.iterations),
    klCoefficient: Number(progress.klCoefficient),
    earlyStop: progress.earlyStop as string | null,
    policyOptimiser: optimiser('policy'),
    valueOptimiser: optimiser('value'),
  };
}

export function disposeState({ policyOptimiser, valueOptimiser }: PpoState): void {
  disposeOptimiserState(policyOptimiser);
  disposeOptimiserState(valueOptimiser);
}
