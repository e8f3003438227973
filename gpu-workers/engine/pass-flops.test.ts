import { familyConfig, gpt2Config, pack } from '@laurel/learning';
import { expect, test } from 'vitest';
import { forwardFlops, trainingFlops } from './pass-flops.ts';

const D = 2;
const F = 4 * D;
const config = gpt2Config({ vocab_size: 300, n_positions: 8, n_embd: D, n_layer: 3, n_head: 1 });
const { batch } = pack([{ prefix: [1, 2], continuations: [[3], [4, 5]] }]);

test('six for each token and parameter of a matrix, and attention by the keys that tokens see', () => {
  const matrices = 3 * (4 * D * D + 2 * D * F);
  const keysSeen = 1 + 2 + 3 + 3 + 4; // each continuation sees the prefix
  const rows = Int32Array.of(0, 1, 2, 3, 4);
  expect(trainingFlops(config, { batch, rows })).toBe(6 * matrices * 5 + 12 * 3 * D * keysSeen);
});

test('the last block needs little of rows that are not read', () => {
  const all = trainingFlops(config, { batch, rows: Int32Array.of(0, 1, 2, 3, 4) });
  const two = trainingFlops(config, { batch, rows: Int32Array.of(2, 4, 4) });
  // three rows less: queries, the projection and the MLP; and what these rows see
  expect(all - two).toBe(6 * 3 * (2 * D * D + 2 * D * F) + 12 * D * (1 + 2 + 3));
});

test('heads that share keys and values have smaller matrices, and a gated MLP three', () => {
  const llama = familyConfig('llama', {
    ...config,
    n_embd: 8,
    n_layer: 1,
    n_head: 4,
    n_kv_head: 2,
    vocab_size: 300,
    n_positions: 8,
  });
  const { n_inner } = llama;
  const matrices = 8 * (8 + 2 * 4) + 8 * 8 + 3 * 8 * n_inner;
  const one = pack([{ prefix: [1], continuations: [] }]).batch;
  expect(forwardFlops(llama, { batch: one, rows: Int32Array.of(0) })).toBe(2 * matrices + 4 * 8);
});
