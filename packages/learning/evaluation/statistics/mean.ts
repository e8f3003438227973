import type { MeanEstimate } from '@laurel/contracts';

/** 0 for no values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The mean of independent observations with its standard error, from the sample's variance (divisor n − 1). */
export function estimateMean(values: readonly number[]): MeanEstimate {
  const n = values.length;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  return { mean: centre, standard_error: n < 2 ? null : Math.sqrt(variance / n), n };
}
