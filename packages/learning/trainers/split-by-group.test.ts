import { expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { splitByGroup } from './split-by-group.ts';

it('splitByGroup never has a group on both sides', () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ group: `post ${i % 10}` }));
  const { training, validation } = splitByGroup(rows, 0.3, RandomGenerator.fromSeed(1));
  expect(validation.length).toBe(12);
  const groups = new Set(training.map(({ group }) => group));
  expect(validation.filter(({ group }) => groups.has(group))).toEqual([]);
});
