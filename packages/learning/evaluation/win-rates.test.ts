import { expect, it } from 'vitest';
import { winRatesAgainst } from './win-rates.ts';

const sample = (reward: number, tokens: number, prompt = 0) => ({ prompt, text: '', reward, tokens });
const byReward = ({ reward }: { reward: number }) => reward;

it('counts wins over the references of the same prompts, a tie half, and those of equal length apart', () => {
  const samples = [sample(2, 20), sample(1, 11), sample(0, 20), sample(-1, 10)];
  const references = [sample(1, 10), sample(0, 10), sample(0, 10), sample(0, 10)];
  const found = winRatesAgainst(samples, references, byReward);
  expect(found.win_rate).toMatchObject({ value: 2.5 / 4, n: 4 });
  expect(found.win_rate_at_equal_length).toMatchObject({ value: 0.5, n: 2 }); // 11 and 10 tokens against 10
});

it('says nothing of equal lengths where there are none', () => {
  expect(winRatesAgainst([sample(1, 20)], [sample(0, 10)], byReward).win_rate_at_equal_length).toBeNull();
});
