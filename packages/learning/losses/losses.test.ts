import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { generalisedAdvantages, whiten } from './advantages.ts';
import { dpoLoss } from './dpo-loss.ts';
import { adaptKlCoefficient } from './kl-control.ts';
import { k1, k2, k3 } from './kl-estimators.ts';
import { nextTokenLoss } from './next-token-loss.ts';
import { policyLoss, policyStatistics } from './policy-loss.ts';
import { responseScore } from './response-score.ts';
import { rewardPairLoss } from './reward-pair-loss.ts';
import { logRatio, tokenRewards } from './token-rewards.ts';
import { valueLoss } from './value-loss.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const floats = (...values: number[]) => Float32Array.from(values);
const vector = (...values: number[]) => tf.tensor1d(values);
const number = (tensor: tf.Tensor) => tensor.dataSync()[0] ?? Number.NaN;
const gradient = (f: (x: tf.Tensor1D) => tf.Tensor, x: tf.Tensor1D) => [
  ...tf
    .grad((input: tf.Tensor) => f(input as tf.Tensor1D))(x)
    .dataSync(),
];
function expectClose(actual: Iterable<number>, expected: number[]) {
  const values = [...actual];
  expect(values.length).toBe(expected.length);
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
}

describe('rewardPairLoss', () => {
  it('is −log σ of the margin, averaged', () => {
    // Margins log 3 and −log 3: σ is 3/4 and 1/4.
    const loss = rewardPairLoss(vector(Math.log(3), 0), vector(0, Math.log(3)));
    expect(number(loss)).toBeCloseTo((Math.log(4 / 3) + Math.log(4)) / 2, 6);
  });

  it('has the gradient σ(margin) − 1 in the chosen reward', () => {
    expectClose(
      gradient((chosen) => rewardPairLoss(chosen, vector(0, 0)), vector(Math.log(3), 0)),
      [-1 / 8, -1 / 4],
    );
  });

  it('stays finite at margins of ±1000', () => {
    expect(number(rewardPairLoss(vector(1000), vector(0)))).toBe(0);
    expect(number(rewardPairLoss(vector(-1000), vector(0)))).toBe(1000);
    expectClose(
      gradient((chosen) => rewardPairLoss(chosen, vector(0)), vector(-1000)),
      [-1],
    );
  });

  it('takes a margin off the difference of the rewards', () => {
    // Differences log 3 + 1 and 0, margins 1 and log 3: σ is 3/4 and 1/4.
    const margins = vector(1, Math.log(3));
    const loss = rewardPairLoss(vector(Math.log(3) + 1, 0), vector(0, 0), { margins });
    expect(number(loss)).toBeCloseTo((Math.log(4 / 3) + Math.log(4)) / 2, 6);
  });

  it('counts each pair by its weight', () => {
    const loss = rewardPairLoss(vector(Math.log(3), 0), vector(0, Math.log(3)), { weights: vector(0.5, 1.5) });
    expect(number(loss)).toBeCloseTo((0.5 * Math.log(4 / 3) + 1.5 * Math.log(4)) / 2, 6);
  });
});

describe('dpoLoss', () => {
  const reference = { chosen: vector(-4, -2), rejected: vector(-3, -6) };

  it('is the loss of the implicit rewards', () => {
    // β 0.5: rewards ½(−2 + 4) = 1 and ½(−5 + 3) = −1; ½(−3 + 2) = −½ and ½(−4 + 6) = 1. Margins 2 and −1½.
    const loss = dpoLoss(vector(-2, -3), vector(-5, -4), reference, 0.5);
    expect(number(loss)).toBeCloseTo((Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(1.5))) / 2, 6);
  });

  it('is log 2 where the policy is the reference, with the gradient −β/2 a pair', () => {
    expect(number(dpoLoss(reference.chosen, reference.rejected, reference, 0.5))).toBeCloseTo(Math.log(2), 6);
    expectClose(
      gradient((chosen) => dpoLoss(chosen, reference.rejected, reference, 0.5), vector(-4, -2)),
      [-0.125, -0.125],
    );
  });
});

it('nextTokenLoss is the mean negative log probability', () => {
  expect(number(nextTokenLoss(vector(-1, -2, -6)))).toBe(3);
});

describe('policyLoss', () => {
  // Ratios 1, 1.5, 1.5, 0.5, 0.5 with ε 0.2.
  const logProbs = vector(0, Math.log(1.5), Math.log(1.5), Math.log(0.5), Math.log(0.5));
  const oldLogProbs = vector(0, 0, 0, 0, 0);
  const advantages = vector(2, 1, -1, 1, -1);

  it('takes the worse of the ratio and the clipped ratio', () => {
    // −2·1, −1·1.2 (clipped), +1·1.5, −1·0.5, +1·0.8 (clipped).
    expect(number(policyLoss(logProbs, oldLogProbs, advantages, 0.2))).toBeCloseTo((-2 - 1.2 + 1.5 - 0.5 + 0.8) / 5, 6);
  });

  it('has no gradient where clipping won', () => {
    const slopes = gradient((x) => policyLoss(x, oldLogProbs, advantages, 0.2), logProbs);
    expectClose(slopes, [-2 / 5, 0, 1.5 / 5, -0.5 / 5, 0]);
  });

  it('has the statistics of its ratios', () => {
    const statistics = policyStatistics(floats(0, Math.log(1.5), Math.log(0.9)), floats(0, 0, 0), 0.2);
    expect(statistics.ratio).toBeCloseTo(3.4 / 3, 6);
    expect(statistics.ratioDeviation).toBeCloseTo(0.5, 6);
    expect(statistics.approxKl).toBeCloseTo((0.5 - Math.log(1.5) + (-0.1 - Math.log(0.9))) / 3, 6);
    expect(statistics.clipFraction).toBeCloseTo(1 / 3, 6);
  });

  it('is neutral before the first update (detail 12)', () => {
    const same = floats(-1.5, -0.25);
    expect(policyStatistics(same, same, 0.2)).toEqual({ ratio: 1, ratioDeviation: 0, approxKl: 0, clipFraction: 0 });
  });
});

describe('valueLoss', () => {
  // V − V_old is 0.1, 0.5 and −0.5 with ε 0.2, so V is clipped to 0.1, 0.2 and −0.2.
  const values = vector(0.1, 0.5, -0.5);
  const [oldValues, returns] = [vector(0, 0, 0), vector(1, 1, -0.1)];

  it('takes the larger error of the value and the clipped value', () => {
    expect(number(valueLoss(values, oldValues, returns, 0.2))).toBeCloseTo((0.81 + 0.64 + 0.16) / 6, 6);
  });

  it('has no gradient where clipping won', () => {
    expectClose(
      gradient((x) => valueLoss(x, oldValues, returns, 0.2), values),
      [-0.3, 0, -0.4 / 3],
    );
  });

  it('without a range is half the squared error', () => {
    expect(number(valueLoss(values, oldValues, returns, null))).toBeCloseTo((0.81 + 0.25 + 0.16) / 6, 6);
    expectClose(
      gradient((x) => valueLoss(x, oldValues, returns, null), values),
      [-0.3, -0.5 / 3, -0.4 / 3],
    );
  });
});

describe('detail 10: per-token reward', () => {
  it('is −β (log π − log π_SFT), plus the score at the last token', () => {
    expectClose(tokenRewards(floats(-1, -2, -3), floats(-2, -2, -1), 5, 0.1), [-0.1, 0, 0.2 + 5]);
  });

  it('sums the log ratio of a response', () => {
    expect(logRatio(floats(-1, -2, -3), floats(-2, -2, -1))).toBe(-1);
  });
});

describe('detail 11: GAE and whitening', () => {
  const rewards = floats(1, 0, 2);
  const values = floats(0.5, 1, 1.5);

  it('computes advantages backwards and returns from them', () => {
    // δ = [1 + 0.9·1 − 0.5, 0.9·1.5 − 1, 2 − 1.5] = [1.4, 0.35, 0.5]; γλ = 0.45.
    const { advantages, returns } = generalisedAdvantages(rewards, values, 0.9, 0.5);
    const expected = [1.4 + 0.45 * (0.35 + 0.45 * 0.5), 0.35 + 0.45 * 0.5, 0.5];
    expectClose(advantages, expected);
    expectClose(
      returns,
      [expected[0] ?? 0, expected[1] ?? 0, expected[2] ?? 0].map((a, t) => a + (values[t] ?? 0)),
    );
  });

  it('with γ = λ = 1 returns the sum of the rewards to come', () => {
    expectClose(generalisedAdvantages(rewards, values, 1, 1).returns, [3, 2, 2]);
  });

  it('whitens to mean 0 and variance 1', () => {
    expectClose(whiten(floats(1, 2, 3)), [-Math.sqrt(1.5), 0, Math.sqrt(1.5)]);
  });

  it('whitens rewards around the mean that they have', () => {
    expectClose(whiten(floats(1, 2, 3), { keepMean: true }), [2 - Math.sqrt(1.5), 2, 2 + Math.sqrt(1.5)]);
  });

  it('whitens equal values to 0', () => {
    expectClose(whiten(floats(4, 4)), [0, 0]);
  });
});

describe('responseScore', () => {
  const options = { missing_end_penalty: -1, length_penalty: 0.125 };

  it('is the reward less that of the reference, less the penalty for each token', () => {
    expect(responseScore({ reward: 3, referenceReward: 0.5, tokens: 4 }, options)).toBe(2);
  });

  it('without an end is the penalty, whatever the reference', () => {
    expect(responseScore({ reward: null, referenceReward: 0.5, tokens: 4 }, options)).toBe(-1.5);
  });
});

describe('estimators of KL(q ‖ p)', () => {
  // q gives 1/2 and 1/2, p gives 1/4 and 3/4: log r is log 1/2 and log 3/2.
  const logRatios = [Math.log(1 / 2), Math.log(3 / 2)];
  const kl = (Math.log(2) + Math.log(2 / 3)) / 2;
  const meanOf = (estimator: (logRatio: number) => number) =>
    logRatios.reduce((sum, logRatio) => sum + estimator(logRatio) / 2, 0);

  it('k1 and k3 have it as their mean over q, and k2 comes near', () => {
    expect(meanOf(k1)).toBeCloseTo(kl, 12);
    expect(meanOf(k3)).toBeCloseTo(kl, 12);
    expect(meanOf(k2)).toBeCloseTo((Math.log(2) ** 2 + Math.log(1.5) ** 2) / 4, 12);
  });

  it('k1 may be negative, k2 and k3 never', () => {
    expect(k1(Math.log(3 / 2))).toBeLessThan(0);
    for (const logRatio of [-3, -1e-9, 0, 1e-9, 3]) {
      expect(k2(logRatio)).toBeGreaterThanOrEqual(0);
      expect(k3(logRatio)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('adaptKlCoefficient', () => {
  const at = (kl: number, episodes = 1000) => adaptKlCoefficient(0.05, { kl, episodes, target: 6, horizon: 10_000 });

  it('moves β in proportion to the error and to itself', () => {
    expect(at(6)).toBe(0.05);
    expect(at(6.6)).toBeCloseTo(0.05 * (1 + 0.1 * 0.1), 12);
    expect(at(5.4, 500)).toBeCloseTo(0.05 * (1 - 0.1 * 0.05), 12);
  });

  it('clips the error to ±0.2', () => {
    expect(at(600)).toBeCloseTo(0.05 * 1.02, 12);
    expect(at(-600)).toBeCloseTo(0.05 * 0.98, 12);
  });
});
