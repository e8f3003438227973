/** How strongly the controller acts on any one batch: its error is clipped to ±0.2 (Ziegler et al. 2019, section 2.2). */
const LARGEST_ERROR = 0.2;

/**
 * β of the next batch: a proportional controller of log β (Ziegler et al. 2019, section 2.2),
 * e = clip((KL − target) / target, −0.2, 0.2), β ← β (1 + K e). Their K is 0.1; as in their code it is the batch's share of the
 * horizon, so that the size of a batch does not change the pace.
 * @param kl mean KL(π ‖ π_SFT) of the batch's samples, nats a response
 */
export function adaptKlCoefficient(
  klCoefficient: number,
  { kl, episodes, target, horizon }: { kl: number; episodes: number; target: number; horizon: number },
): number {
  const error = Math.min(LARGEST_ERROR, Math.max(-LARGEST_ERROR, (kl - target) / target));
  return klCoefficient * (1 + (episodes / horizon) * error);
}
