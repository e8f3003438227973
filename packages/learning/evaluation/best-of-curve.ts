/** n = 1, 2, 4, … up to the number of samples, and that number itself. */
export function bestOfSizes(samples: number): number[] {
  const sizes = Array.from({ length: Math.floor(Math.log2(samples)) + 1 }, (_, i) => 2 ** i);
  return [...new Set([...sizes, samples])];
}

/**
 * The expected value of the best of n of the samples, over all subsets of n: the unbiased estimator of best-of-n (Nakano
 * et al. 2021, appendix I). The sample of rank i, from the worst up, is the best of a subset in C(i − 1, n − 1) of
 * C(N, n) cases.
 *
 * @param scores by which the best is chosen. [N]
 * @param values what the chosen one is worth, such as another judge's score of it. [N]
 */
export function expectedBestOf(scores: readonly number[], n: number, values: readonly number[] = scores): number {
  const order = scores.map((_, i) => i).toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const N = scores.length;
  let weight = n / N; // of the highest: C(N − 1, n − 1) / C(N, n)
  let sum = 0;
  for (let rank = N; rank >= n; rank--) {
    sum += weight * (values[order[rank - 1] ?? 0] ?? Number.NaN);
    weight *= (rank - n) / (rank - 1); // C(rank − 2, n − 1) / C(rank − 1, n − 1)
  }
  return sum;
}

/** An upper bound of KL(best-of-n ‖ the policy sampled), nats, whatever the score (Stiennon et al. 2020, appendix G.3). */
export const bestOfKlBound = (n: number): number => Math.log(n) - (n - 1) / n;
