import { expect, it } from 'vitest';
import { roundItems, scoringItems } from './scoring-items.ts';

const row = (group: string, chosen: string, rejected: string) => ({
  group,
  prompt: { head: '', post: group, tail: '' },
  chosen,
  rejected,
});

it('a post has its own summaries and then those of the posts after it, each once', () => {
  const items = scoringItems([row('a', ' a1', ' a2'), row('b', ' b1', ' b2'), row('a', ' a1', ' a3')]);
  expect(items.map(({ prompt, completions }) => [prompt.post, ...completions])).toEqual([
    ['a', 'a1', 'a2', 'a3', 'b1'],
    ['b', 'b1', 'b2', 'a1', 'a2'],
  ]);
});

it('rounds take the items by turns', () => {
  expect([0, 1, 2].map((i) => roundItems(['a', 'b', 'c'], 2, i))).toEqual([
    ['a', 'b'],
    ['c', 'a'],
    ['b', 'c'],
  ]);
});
