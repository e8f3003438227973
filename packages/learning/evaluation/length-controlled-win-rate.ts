import type { Interval } from '@laurel/contracts';
import { logisticRegression, sigmoid } from './statistics/logistic-regression.ts';
import { NORMAL_97_5 } from './statistics/share.ts';

/** As weak as a normal prior of standard deviation 10: it only decides where one side wins everything. */
const PENALTY = 0.01;
/** Log-odds beyond which a win rate is 0 or 1 to four digits. */
const FARTHEST = 10;

/**
 * The win rate at equal length: σ(a) of the regression P(win) = σ(a + b · log(length / length of the other)) (Stiennon et
 * al. 2020, appendix F; after Dubois et al. 2024, *Length-controlled AlpacaEval*). The interval holds the values of a
 * that a likelihood ratio test does not reject: it is wide where there is nothing of equal length to judge by.
 *
 * @param outcomes 1 for a win, ½ for a tie, 0 for a loss
 * @param logLengthRatios log(length / length of the other) of each
 */
export function lengthControlledWinRate(
  outcomes: readonly number[],
  logLengthRatios: readonly number[],
): { value: number; interval: Interval } {
  const x = logLengthRatios.map((ratio) => [1, ratio]);
  const best = logisticRegression({ x, outcomes, penalty: PENALTY });
  if (!best) throw new Error('The regression on length has no solution: a length or a reward is not finite.');
  const [a = 0] = best.coefficients;

  /** The highest log-likelihood with this constant, over all b. */
  const profile = (constant: number) => {
    const fit = logisticRegression({
      x: logLengthRatios.map((ratio) => [ratio]),
      outcomes,
      penalty: PENALTY,
      offset: constant,
    });
    return (fit?.logLikelihood ?? Number.NEGATIVE_INFINITY) - (PENALTY / 2) * constant ** 2;
  };
  const isAccepted = (constant: number) => 2 * (best.logLikelihood - profile(constant)) < NORMAL_97_5 ** 2;
  const low = sigmoid(lastAccepted(a, -FARTHEST, isAccepted));
  const high = sigmoid(lastAccepted(a, FARTHEST, isAccepted));
  return { value: sigmoid(a), interval: { low, high } };
}

/** The end of the accepted values on the way from one that is, by bisection. */
function lastAccepted(from: number, to: number, isAccepted: (value: number) => boolean): number {
  let [accepted, rejected] = [from, to];
  if (isAccepted(to)) return to;
  while (Math.abs(rejected - accepted) > 1e-6) {
    const middle = (accepted + rejected) / 2;
    if (isAccepted(middle)) accepted = middle;
    else rejected = middle;
  }
  return accepted;
}
