/** A token drawn, and its log-probability, nats. */
export interface Choice {
  token: number;
  logProb: number;
}

/**
 * Draws from softmax(logits / T) by inverting its cumulative distribution at `uniform`: the first token at which the sum of
 * probabilities exceeds it. T = 0 takes the most likely token, with its log-probability at T = 1.
 * @param logits [V]
 * @param uniform in [0, 1)
 */
export function chooseToken(logits: Float32Array, temperature: number, uniform: number): Choice {
  const scale = temperature === 0 ? 1 : 1 / temperature;
  let best = 0;
  for (let v = 1; v < logits.length; v++) if ((logits[v] as number) > (logits[best] as number)) best = v;
  const highest = logits[best] as number;

  const weights = new Float64Array(logits.length); // exp((logit − highest) / T)
  let sum = 0;
  for (let v = 0; v < logits.length; v++) sum += weights[v] = Math.exp(((logits[v] as number) - highest) * scale);

  const token = temperature === 0 ? best : indexAt(weights, uniform * sum);
  return { token, logProb: ((logits[token] as number) - highest) * scale - Math.log(sum) };
}

function indexAt(weights: Float64Array, target: number): number {
  let sum = 0;
  for (let v = 0; v < weights.length; v++) {
    sum += weights[v] as number;
    if (sum > target) return v;
  }
  // Rounding left the target at the very end: the last token that has any probability.
  return weights.findLastIndex((weight) => weight > 0);
}
