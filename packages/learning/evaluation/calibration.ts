import type { Calibration } from '@laurel/contracts';
import type { RandomGenerator } from '../random/random-generator.ts';
import { groupBy } from './statistics/group-by.ts';
import { sigmoid, softplus } from './statistics/logistic-regression.ts';
import { mean } from './statistics/mean.ts';
import { shareOf, winOf } from './statistics/share.ts';

/** From 0.5 to 1. */
const BINS = 10;
/** Of outcomes drawn from the probabilities themselves. */
const DRAWS = 200;

/** The probability of the summary that scores higher, and whether it was chosen (½ where both score the same). */
interface Forecast {
  probability: number;
  right: number;
}

/**
 * Calibration of P(A > B) = σ(r(A) − r(B)): reliability by bins and its expected error (Guo et al. 2017, equation 3), the
 * Brier score and the log loss.
 *
 * @param margins r(chosen) − r(rejected) of each comparison
 */
export function measureCalibration(margins: readonly number[], random: RandomGenerator): Calibration {
  const forecasts = margins.map(
    (margin): Forecast => ({ probability: sigmoid(Math.abs(margin)), right: winOf(margin) }),
  );
  const binned = [...groupBy(forecasts, binOf)].toSorted(([a], [b]) => a - b);
  const bins = binned.map(([bin, ofBin]) => ({
    from: edge(bin),
    to: edge(bin + 1),
    mean_probability: mean(ofBin.map(({ probability }) => probability)),
    right: shareOf(ofBin.map(({ right }) => right)),
  }));
  return {
    comparisons: margins.length,
    bins,
    expected_calibration_error: calibrationError(binned.map(([, ofBin]) => ofBin)),
    expected_calibration_error_by_chance: errorByChance(
      binned.map(([, ofBin]) => ofBin),
      random,
    ),
    brier_score: mean(margins.map((margin) => sigmoid(-margin) ** 2)),
    log_loss: mean(margins.map((margin) => softplus(-margin))),
  };
}

const binOf = ({ probability }: Forecast) => Math.min(BINS - 1, Math.floor((probability - 0.5) * 2 * BINS));
const edge = (bin: number) => 0.5 + bin / (2 * BINS);

function calibrationError(bins: readonly (readonly Forecast[])[]): number {
  const gaps = bins.map((ofBin) =>
    Math.abs(ofBin.reduce((sum, { right, probability }) => sum + right - probability, 0)),
  );
  return gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, bins.flat().length);
}

/** What the error would be, on average, if every outcome were drawn with its probability: small samples have some error anyhow. */
function errorByChance(bins: readonly (readonly Forecast[])[], random: RandomGenerator): number {
  const drawOutcome = ({ probability }: Forecast): Forecast => ({
    probability,
    right: random.uniform() < probability ? 1 : 0,
  });
  return mean(Array.from({ length: DRAWS }, () => calibrationError(bins.map((ofBin) => ofBin.map(drawOutcome)))));
}
