import { gpt2Config, pack } from '@laurel/learning';
import { expect, test } from 'vitest';
import { trainingFlops } from './training-flops.ts';

test('six for each token and parameter of a matrix, and attention by the keys that tokens see', () => {
  const config = gpt2Config({ vocab_size: 300, n_positions: 8, n_embd: 2, n_layer: 3, n_head: 1 });
  const { batch } = pack([{ prefix: [1, 2], continuations: [[3], [4, 5]] }]);
  const matrices = 3 * (4 * 4 + 2 * 2 * 8);
  const keysSeen = 1 + 2 + 3 + 3 + 4; // each continuation sees the prefix
  expect(trainingFlops(config, batch)).toBe(6 * matrices * 5 + 12 * 3 * 2 * keysSeen);
});
