import { RandomGenerator } from '@laurel/learning';
import { expect, test } from 'vitest';
import { VoteTable } from './vote-table.ts';

test('votes are counted by key and side', () => {
  const table = new VoteTable();
  table.add(7, 0);
  table.add(7, 1);
  table.add(7, 1);
  table.add(9, 0);
  expect(table.size).toBe(2);
  expect(new Set(table.counts())).toEqual(
    new Set([
      [1, 0],
      [1, 2],
    ]),
  );
});

test('keys that fall on the same slot are kept apart, also when the table grows', () => {
  const table = new VoteTable();
  for (let i = 0; i < 6000; i++) table.add(1 + ((i * 7919) % 1500) * 2 ** 20, 1);
  expect(table.size).toBe(1500);
  expect([...table.counts()].every(([first, second]) => first === 0 && second === 4)).toBe(true);
});

test('of more keys than it may hold it keeps a sample whose votes are whole, and estimates the rest', () => {
  const random = RandomGenerator.fromSeed(1);
  const keys = Array.from({ length: 200_000 }, () => 1 + Math.floor(random.uniform() * (2 ** 48 - 1)));
  const table = new VoteTable(10_000);
  for (let round = 0; round < 3; round++) for (const key of keys) table.add(key, 0);
  const counts = [...table.counts()];
  expect(counts.length).toBeGreaterThan(5_000 * 0.9);
  expect(counts.length).toBeLessThanOrEqual(10_000);
  expect(counts.every(([first]) => first === 3)).toBe(true);
  expect(table.scale).toBe(32);
  expect(Math.abs(table.size / keys.length - 1)).toBeLessThan(0.05);
});
