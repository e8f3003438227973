/**
 * Estimators of KL(q ‖ p), nats, from what one sample y ~ q says (Schulman 2020, "Approximating KL divergence"), with
 * `logRatio` = log p(y) − log q(y), his log r. k1 has the right mean and is often negative; k2 is never negative, and biased; k3 has the
 * right mean, is never negative, and varies less than k1 where p and q are near each other.
 */
export const k1 = (logRatio: number): number => -logRatio;

/** See k1. */
export const k2 = (logRatio: number): number => logRatio ** 2 / 2;

/** See k1. */
export const k3 = (logRatio: number): number => Math.expm1(logRatio) - logRatio;
