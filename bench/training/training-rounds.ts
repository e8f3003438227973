import type { ModelConfig, Trainer } from '@laurel/learning';
import { matmulPeakGflops } from '../../gpu-workers/engine/matmul-peak.ts';
import { type Computation, trainingFlops } from '../../gpu-workers/engine/pass-flops.ts';
import type { Contestant } from '../core/contestant.ts';
import type { TrainingSettings } from './training-settings.ts';

/**
 * Warms a trainer up by its first steps and makes rounds of those that follow; `values` are their losses.
 * @param computationsOf what the engine computes in a step
 */
export async function trainingRounds(
  trainer: Trainer,
  { warmUpSteps, stepsPerRound, batchSize }: TrainingSettings,
  config: ModelConfig,
  computationsOf: (step: number) => readonly Computation[],
): Promise<Contestant['round']> {
  for (let step = 0; step < warmUpSteps; step++) await trainer.advance();
  return async () => {
    const first = trainer.step;
    if (first + stepsPerRound > trainer.totalSteps)
      throw new Error(`the run has ${trainer.totalSteps} steps: raise the work's epochs for so many rounds`);
    const values: number[] = [];
    const startMs = performance.now();
    for (let step = 0; step < stepsPerRound; step++) values.push((await trainer.advance()).loss ?? Number.NaN);
    const seconds = (performance.now() - startMs) / 1000;
    const computations = values.flatMap((_, step) => computationsOf(first + step));
    const units = stepsPerRound * batchSize;
    const tokens = computations.reduce((sum, { batch }) => sum + batch.tokens.length, 0);
    const flops = computations.reduce((sum, computation) => sum + trainingFlops(config, computation), 0);
    const gflops = flops / seconds / 1e9;
    const peakGflops = matmulPeakGflops();
    const figures = { tokensPerUnit: tokens / units, tokensPerSecond: tokens / seconds, gflops, peakGflops };
    return { seconds, units, values, figures: { ...figures, shareOfPeak: gflops / peakGflops } };
  };
}
