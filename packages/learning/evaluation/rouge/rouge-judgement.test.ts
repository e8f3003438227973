import type { ComparisonRow, DemonstrationRow } from '@laurel/contracts';
import { expect, it } from 'vitest';
import { measureRougeJudgement } from './rouge-judgement.ts';

const prompt = { head: '', post: 'p', tail: '' };
const references: DemonstrationRow[] = [{ group: 'post', prompt, completion: 'the cat sat' }];
const comparison = (chosen: string, rejected: string, group = 'post'): ComparisonRow => ({
  group,
  prompt,
  chosen,
  rejected,
});

it('counts how often each judge is for what was chosen; a tie is wrong', () => {
  const rows = [
    comparison('the cat', 'a very long dog'), // all of ROUGE
    comparison('a cat', 'the sat'), // neither has a bigram, and ROUGE-1 and L are for the other
    comparison('the cat ran', 'a dog', 'without a reference'),
    comparison('the cat sat', 'a dog'), // is the reference itself
  ];
  const found = measureRougeJudgement(rows, [1, 1, 1, 1], references);
  expect(found?.comparisons).toBe(2);
  expect(Object.fromEntries(found?.judges.map(({ judge, agreement }) => [judge, agreement.value]) ?? [])).toEqual({
    rouge_1: 0.5,
    rouge_2: 0.5,
    rouge_l: 0.5,
    reward_model: 1,
    longer_wins: 0,
  });
});

it('says nothing without references', () => {
  expect(measureRougeJudgement([comparison('a', 'b', 'other')], [1], references)).toBeNull();
});
