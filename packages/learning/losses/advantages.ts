/**
 * Generalised advantage estimation over one response (Schulman et al. 2016, equation 16; the paper's appendix B.1):
 * δ_t = r_t + γ V_{t+1} − V_t, Â_t = δ_t + γ λ Â_{t+1}, with V = Â = 0 after the last token.
 * Returns R_t = Â_t + V_t, before any whitening (detail 11).
 * @param rewards of each token of the response [T]
 * @param values V of each token of the response [T]
 */
export function generalisedAdvantages(
  rewards: Float32Array,
  values: Float32Array,
  gamma: number,
  lambda: number,
): { advantages: Float32Array; returns: Float32Array } {
  const advantages = new Float32Array(rewards.length);
  let next = { value: 0, advantage: 0 };
  for (let t = rewards.length - 1; t >= 0; t--) {
    const value = values[t] ?? Number.NaN;
    const delta = (rewards[t] ?? Number.NaN) + gamma * next.value - value;
    const advantage = delta + gamma * lambda * next.advantage;
    advantages[t] = advantage;
    next = { value, advantage };
  }
  return { advantages, returns: advantages.map((advantage, t) => advantage + (values[t] ?? Number.NaN)) };
}

/**
 * (A − mean) / √(variance + 1e-8), over all tokens given: the real ones of a whole batch, never padding (detail 11). The
 * variance is the population's, as in the paper's code.
 * @param keepMean scales only, and leaves the mean where it is, as their code whitens rewards
 */
export function whiten(values: Float32Array, { keepMean = false } = {}): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const scale = 1 / Math.sqrt(variance + 1e-8);
  return values.map((value) => (value - mean) * scale + (keepMean ? mean : 0));
}
