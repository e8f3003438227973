import { describe, expect, it } from 'vitest';
import { scaledLearningRate, supervisedSettings } from './hyperparameters.ts';

describe('default settings', () => {
  it("are the paper's at the paper's sizes", () => {
    expect(supervisedSettings('sft', 1.3e9, {})).toMatchObject({ learning_rate: 6.35e-5, batch_size: 128, epochs: 1 });
    expect(supervisedSettings('reward_model', 6.7e9, {}).learning_rate).toBeCloseTo(5e-6, 12);
  });

  it('grow the learning rate as models shrink, up to a highest one', () => {
    const rates = [6.7e9, 1.3e9, 1.2e8, 1e6, 1e4].map((parameters) => scaledLearningRate('sft', parameters));
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(rates.at(-1)).toBe(1e-3);
  });

  it('give way to what the caller says', () => {
    expect(supervisedSettings('sft', 1e6, { learning_rate: 0.5, epochs: 3 })).toMatchObject({
      learning_rate: 0.5,
      epochs: 3,
      batch_size: 32,
    });
  });
});
