import { expect, test } from 'vitest';
import { traffic } from './traffic.ts';

test('all requests go to the live version unless it is said otherwise', () => {
  expect(traffic.parse({ live: 2 })).toEqual({ live: 2, split: [], shadow: null });
});

test.each([
  [
    'shares of more than 1 together',
    [
      { version: 1, share: 0.6 },
      { version: 3, share: 0.6 },
    ],
  ],
  ['the version that is live', [{ version: 2, share: 0.1 }]],
  [
    'a version twice',
    [
      { version: 1, share: 0.1 },
      { version: 1, share: 0.1 },
    ],
  ],
  ['no share', [{ version: 1, share: 0 }]],
])('a split with %s is refused', (_, split) => {
  expect(traffic.safeParse({ live: 2, split }).success).toBe(false);
});
