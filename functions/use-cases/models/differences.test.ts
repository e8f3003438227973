import { expect, test } from 'vitest';
import { differencesOf } from './differences.ts';

test('members that differ are named, those that one side lacks among them', () => {
  const first = { layers: 2, shape: { width: 8, heads: 2 }, kinds: ['a'], only: null };
  const second = { layers: 2, shape: { width: 16, heads: 2 }, kinds: ['a', 'b'], 'a/b~': 1 };
  expect(differencesOf(first, second)).toEqual([
    { pointer: '/a~1b~0', first: undefined, second: 1 },
    { pointer: '/kinds', first: ['a'], second: ['a', 'b'] },
    { pointer: '/only', first: null, second: undefined },
    { pointer: '/shape/width', first: 8, second: 16 },
  ]);
});

test('values of other types differ, and equal ones do not', () => {
  expect(differencesOf({ x: { y: 1 } }, { x: 1 })).toEqual([{ pointer: '/x', first: { y: 1 }, second: 1 }]);
  expect(differencesOf({ x: [{ y: 1 }] }, { x: [{ y: 1 }] })).toEqual([]);
  expect(differencesOf({ constructor: 1 }, {})).toEqual([{ pointer: '/constructor', first: 1, second: undefined }]);
});

test('however deep the values are, they are compared', () => {
  const nested = (leaf: number) => JSON.parse(`${'{"a":'.repeat(100)}${leaf}${'}'.repeat(100)}`);
  expect(differencesOf(nested(1), nested(1))).toEqual([]);
  expect(differencesOf(nested(1), nested(2))).toMatchObject([{ pointer: '/a'.repeat(16) }]);
});
