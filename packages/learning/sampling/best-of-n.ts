/**
 * The best of N samples by predicted reward (Stiennon et al. 2020, appendix G), the first one of equals; undefined of none.
 * @param rewardOf of one sample, finite
 */
export function bestOfN<T>(samples: readonly T[], rewardOf: (sample: T) => number): T | undefined {
  let best: T | undefined;
  for (const sample of samples) if (best === undefined || rewardOf(sample) > rewardOf(best)) best = sample;
  return best;
}
