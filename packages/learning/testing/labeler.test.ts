import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { type Labeler, label, preferenceProbability } from './labeler.ts';

const fair: Labeler = { name: 'fair', sharpness: 10, lengthBias: 0, carelessness: 0 };
const better = { gold: 0.7, words: 10 };
const worse = { gold: 0.5, words: 15 };

describe('preferenceProbability', () => {
  it("is Bradley and Terry's", () => {
    expect(preferenceProbability(fair, better, worse)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
    expect(preferenceProbability(fair, worse, better)).toBeCloseTo(1 / (1 + Math.exp(2)), 12);
    expect(preferenceProbability(fair, better, better)).toBe(0.5);
  });

  it('bends to a bias for length', () => {
    expect(preferenceProbability({ ...fair, lengthBias: 0.4 }, better, worse)).toBeCloseTo(0.5, 12); // 10 · 0.2 = 0.4 · 5
  });

  it('is half a coin’s toss for somebody who looks at half of them', () => {
    expect(preferenceProbability({ ...fair, carelessness: 0.5 }, better, worse)).toBeCloseTo(
      0.25 + 0.5 / (1 + Math.exp(-2)),
      12,
    );
  });
});

describe('label', () => {
  it('chooses as often as the probability says', () => {
    const random = RandomGenerator.fromSeed(1);
    const labels = Array.from({ length: 4000 }, () => label(fair, better, worse, random));
    const share = labels.filter(({ choice }) => choice === 0).length / labels.length;
    const expected = 1 / (1 + Math.exp(-2));
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / 4000));
  });

  it('is surer the further apart the two are, on the side of its choice', () => {
    const random = RandomGenerator.fromSeed(1);
    const confidences = (gold: number) =>
      Array.from({ length: 50 }, () => label(fair, { gold, words: 10 }, worse, random));
    for (const { choice, confidence } of confidences(0.5)) expect(confidence).toBe(choice === 0 ? 4 : 6);
    for (const { choice, confidence } of confidences(2)) expect([choice, confidence]).toEqual([0, 1]);
  });
});
