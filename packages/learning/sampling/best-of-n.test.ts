import { expect, it } from 'vitest';
import { bestOfN } from './best-of-n.ts';

it('bestOfN takes the highest reward, the first of equals, and nothing of nothing', () => {
  const samples = [1, 3, 2, 3].map((reward, k) => ({ k, reward }));
  expect(bestOfN(samples, ({ reward }) => reward)).toBe(samples[1]);
  expect(bestOfN([], () => 0)).toBeUndefined();
});
