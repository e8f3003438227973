import { expect, test } from 'vitest';
import { orderedExamples, requireWhole } from './ordered-examples.ts';

test('every example comes once an epoch, groups side by side, in an order that the seed decides', () => {
  const examples = ['a1', 'a2', 'b1', 'c1', 'c2'];
  const groups = [[0, 1], [2], [3, 4]];
  const run = orderedExamples(examples, groups, { epochs: 2, seed: 1 });
  expect(run.slice(0, 5).toSorted()).toEqual(examples);
  expect(run.slice(5).toSorted()).toEqual(examples);
  expect(run.indexOf('a2')).toBe(run.indexOf('a1') + 1);
  expect(run).toEqual(orderedExamples(examples, groups, { epochs: 2, seed: 1 }));
});

test('a text that was cut or left out is refused', () => {
  const sequence = { prompt: [1], completion: [2], truncated: false };
  expect(() => requireWhole(0, [sequence])).not.toThrow();
  expect(() => requireWhole(1, [sequence, { ...sequence, truncated: true }])).toThrow('2 texts exceed the context');
});
