import { k1 } from './kl-estimators.ts';

/**
 * Reward of each token of one response (the paper's appendix B.1, detail 10): −β (log π − log π_SFT), plus the score of the
 * whole response at its last token.
 * @param logProbs of the response's tokens under the policy that sampled them [T]
 * @param referenceLogProbs under the SFT policy [T]
 */
export function tokenRewards(
  logProbs: Float32Array,
  referenceLogProbs: Float32Array,
  score: number,
  klCoefficient: number,
): Float32Array {
  const last = logProbs.length - 1;
  return logProbs.map(
    (logProb, t) => -klCoefficient * (logProb - (referenceLogProbs[t] ?? Number.NaN)) + (t === last ? score : 0),
  );
}

/** log π(y|x) − log π_SFT(y|x) of one response, nats. Its mean over samples of π estimates KL(π ‖ π_SFT): k1, summed over the tokens. */
export function logRatio(logProbs: Float32Array, referenceLogProbs: Float32Array): number {
  return logProbs.reduce((sum, logProb, t) => sum + k1((referenceLogProbs[t] ?? Number.NaN) - logProb), 0);
}
