import { totalmem } from 'node:os';
import { familyConfig } from '@laurel/learning';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { activationBudget, keptBlocks } from './memory-budget.ts';
import { BFLOAT16, FLOAT } from './tensorflow-ops.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the memory for activations', () => {
  it('is a quarter of what the process may use', () => {
    vi.stubEnv('LAUREL_MEMORY_GB', '');
    expect(activationBudget()).toBeGreaterThan(0);
    expect(activationBudget()).toBeLessThanOrEqual(totalmem() / 4);
  });

  it('is what LAUREL_MEMORY_GB says', () => {
    vi.stubEnv('LAUREL_MEMORY_GB', '1.5');
    expect(activationBudget()).toBe(1.5e9);
  });

  it.each(['plenty', '0', '-1'])('cannot be %s', (value) => {
    vi.stubEnv('LAUREL_MEMORY_GB', value);
    expect(() => activationBudget()).toThrow(`LAUREL_MEMORY_GB is ${value}; it can be a number of gigabytes`);
  });
});

describe('blocks that are kept', () => {
  const config = familyConfig('gpt2', {
    vocab_size: 10,
    n_positions: 10,
    n_embd: 8,
    n_layer: 3,
    n_head: 2,
    n_kv_head: 2,
  });
  // A token's input 4·8; the stream after attention 4·8, statistics 4·(2 + 2 + 2), and 2·8 normed, 3·8 of attention's input, 8
  // mixed, 2·32 in the MLP: 112 elements.
  const inputBytes = 32;
  const otherBytes = 32 + 24 + 4 * 112;
  const tokens = 5;

  it('are as many as the budget has room for beside the inputs of all', () => {
    const kept = (blocks: number, more = 0) =>
      keptBlocks(config, FLOAT, tokens, tokens * (3 * inputBytes + blocks * otherBytes) + more);
    expect([kept(0), kept(1, -1), kept(1), kept(2), kept(3, -1), kept(3), kept(9)]).toEqual([0, 0, 1, 2, 2, 3, 3]);
    expect(keptBlocks(config, FLOAT, tokens, 0)).toBe(0);
    expect(keptBlocks(config, FLOAT, tokens, Number.POSITIVE_INFINITY)).toBe(3);
  });

  it('are more in bfloat16', () => {
    const budget = tokens * (3 * inputBytes + 2 * otherBytes);
    expect(keptBlocks(config, BFLOAT16, tokens, budget)).toBe(3);
  });
});
