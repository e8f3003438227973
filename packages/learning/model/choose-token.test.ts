import { describe, expect, it } from 'vitest';
import { chooseToken } from './choose-token.ts';

describe('chooseToken', () => {
  const logits = Float32Array.from([1, 2, 0.5, -1].map(Math.log1p).map((x) => (Number.isFinite(x) ? x : -40)));

  it('inverts the cumulative distribution', () => {
    // exp(logits) is 2, 3, 1.5 and nearly 0, of 6.5 in all.
    const tokens = [0, 0.3, 0.31, 0.76, 0.77, 0.9999].map((uniform) => chooseToken(logits, 1, uniform).token);
    expect(tokens).toEqual([0, 0, 1, 1, 2, 2]);
    expect(chooseToken(logits, 1, 0.5).logProb).toBeCloseTo(Math.log(3 / 6.5), 6);
  });

  it('divides the logits by T (detail 9)', () => {
    const squares = 4 + 9 + 2.25;
    expect(chooseToken(logits, 0.5, 0).logProb).toBeCloseTo(Math.log(4 / squares), 6);
  });

  it('takes the most likely token at T = 0', () => {
    for (const uniform of [0, 0.5, 0.99]) expect(chooseToken(logits, 0, uniform).token).toBe(1);
  });
});
