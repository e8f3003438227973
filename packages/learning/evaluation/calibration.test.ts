import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { measureCalibration } from './calibration.ts';

const measure = (margins: number[]) => measureCalibration(margins, RandomGenerator.fromSeed(1));
const LOG_3 = Math.log(3); // P(A > B) = 3/4

describe('measureCalibration', () => {
  it('finds no error where 3 of 4 are right at P = 3/4', () => {
    const found = measure([LOG_3, LOG_3, LOG_3, -LOG_3]);
    expect(found.expected_calibration_error).toBeCloseTo(0, 12);
    expect(found.brier_score).toBeCloseTo((3 * 0.25 ** 2 + 0.75 ** 2) / 4, 12);
    expect(found.log_loss).toBeCloseTo((3 * Math.log(4 / 3) + Math.log(4)) / 4, 12);
    expect(found.bins).toMatchObject([{ mean_probability: expect.closeTo(0.75, 12), right: { value: 0.75, n: 4 } }]);
  });

  it('weighs the gap of each bin with its comparisons', () => {
    const found = measure([1, 1, -1, 8]);
    const [P, sure] = [1, 8].map((margin) => 1 / (1 + Math.exp(-margin))) as [number, number]; // 0.73 and nearly 1
    expect(found.bins.map(({ from, to }) => [from, to])).toEqual([
      [0.7, 0.75],
      [0.95, 1],
    ]);
    expect(found.expected_calibration_error).toBeCloseTo((3 * (P - 2 / 3) + (1 - sure)) / 4, 12);
  });

  it('is a coin toss without any difference, and does not overflow', () => {
    expect(measure([0, 0])).toMatchObject({ brier_score: 0.25, log_loss: Math.LN2, bins: [{ right: { value: 0.5 } }] });
    expect(measure([-1000]).log_loss).toBe(1000);
  });

  it('says how much error chance makes', () => {
    const random = RandomGenerator.fromSeed(4);
    const truthful = Array.from({ length: 200 }, () => {
      const margin = 3 * random.uniform();
      return random.uniform() < 1 / (1 + Math.exp(-margin)) ? margin : -margin;
    });
    const { expected_calibration_error: found, expected_calibration_error_by_chance: byChance } = measure(truthful);
    expect(byChance).toBeGreaterThan(0.02);
    expect(Math.abs(found - byChance)).toBeLessThan(0.05);
  });
});
