import { describe, expect, it } from 'vitest';
import { ppoSettings } from './ppo-settings.ts';

describe("PPO's default settings", () => {
  it("are the paper's at the paper's sizes, with every option off that it does not have", () => {
    expect(ppoSettings(1.3e9, {})).toMatchObject({ batch_size: 512, minibatch_size: 512, epochs: 4, lambda: 0.95 });
    expect(ppoSettings(6.7e9, {})).toMatchObject({ batch_size: 256, total_episodes: 1_000_000, kl_coefficient: 0.05 });
    expect(ppoSettings(6.7e9, {}).learning_rate).toBeCloseTo(7e-6, 12);
    expect(ppoSettings(6.7e9, {})).toMatchObject({
      value_clip_range: 0.2,
      kl_target: null,
      kl_limit: null,
      whiten_rewards: false,
      subtract_reference_score: false,
      length_penalty: 0,
      lora: null,
    });
  });

  it('give way to what the caller says', () => {
    expect(ppoSettings(1e6, { batch_size: 10 })).toMatchObject({ batch_size: 10, minibatch_size: 5 });
    expect(ppoSettings(1e6, { value_clip_range: null, kl_target: 6 })).toMatchObject({
      value_clip_range: null,
      kl_target: 6,
      kl_horizon: 10_000,
    });
  });

  it('grow the learning rate for adapters', () => {
    const { learning_rate, lora } = ppoSettings(6.7e9, { lora: { rank: 8 } });
    expect(lora).toEqual({ rank: 8, alpha: 16 });
    expect(learning_rate).toBeCloseTo(7e-5, 12);
  });
});
