import { mean } from '../demo/statistics.ts';

export interface Estimate {
  value: number;
  standardError: number;
}

/**
 * By how much a policy beats SFT where both write equally long: the intercept of a least-squares line of the difference in quality
 * on the difference in length, one point for each document.
 * @param gains quality of the policy's summary less that of SFT's, by document
 * @param longer length of the policy's summary less that of SFT's, tokens
 */
export function gainAtEqualLength(gains: readonly number[], longer: readonly number[]): Estimate {
  const [n, meanGain, meanLonger] = [gains.length, mean([...gains]), mean([...longer])];
  const centred = longer.map((value) => value - meanLonger);
  const spread = centred.reduce((sum, value) => sum + value ** 2, 0);
  // Without a difference in length there is no slope to correct by.
  const slope = spread === 0 ? 0 : centred.reduce((sum, value, i) => sum + value * (gains[i] ?? 0), 0) / spread;
  const value = meanGain - slope * meanLonger;
  const residuals = gains.map((gain, i) => gain - value - slope * (longer[i] ?? 0));
  const variance = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (n - 2);
  const leverage = 1 / n + (spread === 0 ? 0 : meanLonger ** 2 / spread);
  return { value, standardError: Math.sqrt(variance * leverage) };
}
