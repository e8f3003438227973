import type { RatingRow } from '@laurel/contracts';
import { expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { measureRatings } from './measure-ratings.ts';

const row = (group: string, axes: RatingRow['axes'], policy?: string, completion = 'text'): RatingRow => ({
  group,
  prompt: { head: '', post: group, tail: '' },
  completion,
  ...(policy && { policy }),
  axes,
});
const measure = (rows: RatingRow[], rewards: number[]) => measureRatings(rows, rewards, RandomGenerator.fromSeed(1));

it('has the mean of each axis of each policy, over the ratings that there are', () => {
  const rows = [
    row('a', { overall: 4, accuracy: 6 }, 'ppo'),
    row('b', { overall: 6 }, 'ppo'),
    row('c', { overall: 1 }, 'sup'),
  ];
  const [ppo, sup] = measure(rows, [1, 3, -1]).policies;
  expect(ppo).toEqual({
    policy: 'ppo',
    axes: [
      { axis: 'overall', rating: { mean: 5, standard_error: 1, n: 2 } },
      { axis: 'accuracy', rating: { mean: 6, standard_error: null, n: 1 } },
    ],
    reward: { mean: 2, standard_error: 1, n: 2 },
  });
  expect(sup?.reward.mean).toBe(-1);
});

it('correlates ranks with rewards and with lengths', () => {
  const rows = [1, 3, 2, 5, 7, 6].map((overall, i) => row(`${i}`, { overall }, 'p', 'x'.repeat(10 - i)));
  const [overall] = measure(rows, [0, 10, 1, 20, 900, 30]).correlations; // in the order of the ratings
  expect(overall).toMatchObject({ axis: 'overall', n: 6, reward: { value: expect.closeTo(1, 12) } });
  expect(overall?.length?.value).toBeCloseTo(-(1 - (6 * 4) / (6 * 35)), 12); // Σ d² = 4: two pairs of neighbours traded
});

it('says nothing where all is rated the same', () => {
  const rows = [row('a', { overall: 4 }), row('b', { overall: 4 })];
  expect(measure(rows, [1, 2])).toMatchObject({ policies: [], correlations: [{ reward: null, length: null }] });
});
