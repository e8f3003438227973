import { expect, test } from 'vitest';
import { VoteTable } from './vote-table.ts';

test('votes are counted by key and side', () => {
  const table = new VoteTable();
  expect([table.add(7, 0), table.add(7, 1), table.add(7, 1), table.add(9, 0)]).toEqual([0, 0, 1, 0]);
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
  const expected = new Map<number, number>();
  for (let i = 0; i < 6000; i++) {
    const key = 1 + ((i * 7919) % 1500) * 2 ** 20;
    expect(table.add(key, 1)).toBe(expected.get(key) ?? 0);
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  expect(table.size).toBe(1500);
  expect([...table.counts()].every(([first, second]) => first === 0 && second === 4)).toBe(true);
});
