import type { SummaryEdit } from '@laurel/contracts';
import { expect, it } from 'vitest';
import { RandomGenerator } from '../random/random-generator.ts';
import { editSummary } from './summary-edits.ts';

const edit = (name: SummaryEdit, summary: string) =>
  editSummary(name, summary, RandomGenerator.fromSeed(1), 'Another.');
const sorted = (text: string | null, separator: RegExp) => text?.split(separator).toSorted();

it('shuffling keeps all parts and changes their order', () => {
  const summary = 'I lost my job. My boss lied. What now?';
  const shuffled = edit('sentences_shuffled', summary);
  expect(shuffled).not.toBe(summary);
  expect(sorted(shuffled, /(?<=[.?]) /)).toEqual(['I lost my job.', 'My boss lied.', 'What now?']);
  expect(sorted(edit('words_shuffled', 'a b c'), / /)).toEqual(['a', 'b', 'c']);
});

it.each([
  ['last_word_dropped', 'One two three.', 'One two'],
  ['second_half_dropped', 'one two three four five', 'one two three'],
  ['sentence_repeated', 'First here. Then there.', 'First here. Then there. Then there.'],
  ['names_swapped', "Then Anna lied to Bob. Now Anna's mad at Bob.", "Then Bob lied to Anna. Now Anna's mad at Anna."],
  ['roles_swapped', 'He left his girlfriend; she cried.', 'She left his boyfriend; he cried.'],
  ['of_another_post', 'This one.', 'Another.'],
] as const)('%s', (name, summary, expected) => {
  expect(edit(name, summary)).toBe(expected);
});

it('is null where there is nothing to change', () => {
  expect(edit('sentences_shuffled', 'One sentence.')).toBeNull();
  expect(edit('words_shuffled', 'no no no')).toBeNull();
  expect(edit('last_word_dropped', 'word')).toBeNull();
  expect(edit('names_swapped', 'Only Anna is here.')).toBeNull();
  expect(edit('names_swapped', 'Capitals begin. Each sentence.')).toBeNull();
  expect(edit('roles_swapped', 'Nobody is here.')).toBeNull();
  expect(edit('of_another_post', 'Another.')).toBeNull();
});
