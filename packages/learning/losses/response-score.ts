/** What a response is scored by beside the reward model. */
export interface ScoreOptions {
  /** Stands in for the reward of a response that has none (detail 9). */
  missing_end_penalty: number;
  /** Taken off for each token, in units of reward. */
  length_penalty: number;
}

/**
 * The score that PPO pays for a whole response: r(x, y), less r(x, y_ref) of the row's reference where that is given, less the length
 * penalty times the response's tokens. A response without a reward gets the penalty in its place, so that ending late or never
 * does not pay.
 * @param reward normalised; null where the response has no end
 * @param referenceReward of the reference, normalised; 0 where it is not subtracted
 * @param tokens of the response, its end of text included
 */
export function responseScore(
  { reward, referenceReward, tokens }: { reward: number | null; referenceReward: number; tokens: number },
  { missing_end_penalty, length_penalty }: ScoreOptions,
): number {
  const quality = reward === null ? missing_end_penalty : reward - referenceReward;
  return quality - length_penalty * tokens;
}
