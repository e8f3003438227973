import { expect, test } from 'vitest';
import { versionFor } from './route-request.ts';

const KEYS = Array.from({ length: 4000 }, (_, i) => `key ${i}`);
const split = (share: number) => ({
  live: 1,
  split: [
    { version: 2, share },
    { version: 3, share: 0.1 },
  ],
});

test('without a split the live version answers', () => expect(versionFor({ live: 4, split: [] }, 'ep', 'k')).toBe(4));

test('each version has its share of the keys, and a key its version', () => {
  const versions = KEYS.map((key) => versionFor(split(0.3), 'ep', key));
  const shareOf = (version: number) => versions.filter((one) => one === version).length / KEYS.length;
  expect(shareOf(2)).toBeCloseTo(0.3, 1);
  expect(shareOf(3)).toBeCloseTo(0.1, 1);
  expect(KEYS.map((key) => versionFor(split(0.3), 'ep', key))).toEqual(versions);
});

test('who has a version keeps it when its share grows', () => {
  const had = KEYS.filter((key) => versionFor(split(0.2), 'ep', key) === 2);
  expect(had.every((key) => versionFor(split(0.5), 'ep', key) === 2)).toBe(true);
});
