/** The learning rate of a step; steps count from 0. */
export type LearningRate = (step: number) => number;

export interface ScheduleOptions {
  /** The rate at the end of warm-up, from which it falls. */
  peak: number;
  totalSteps: number;
  /** Steps over which the rate rises linearly from peak / warmupSteps to the peak. */
  warmupSteps?: number;
}

/** Warm-up, then linearly down towards 0, which the step after the last would have (PPO, the paper's appendix B.1). */
export const linearSchedule = (options: ScheduleOptions) => schedule(options, (progress) => 1 - progress);

/** Warm-up, then half a cosine down towards 0 (Loshchilov & Hutter 2017, equation 5, without restarts). */
export const cosineSchedule = (options: ScheduleOptions) =>
  schedule(options, (progress) => (1 + Math.cos(Math.PI * progress)) / 2);

/** @param factor what is left of the peak when `progress`, 0 to 1, of the steps after warm-up are done */
function schedule(
  { peak, totalSteps, warmupSteps = 0 }: ScheduleOptions,
  factor: (progress: number) => number,
): LearningRate {
  return (step) => {
    if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
    return peak * factor(Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps)));
  };
}
