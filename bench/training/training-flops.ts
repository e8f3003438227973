import type { ModelConfig, PackedBatch } from '@laurel/learning';

/** A packed batch, and the rows of it that a loss reads. */
export interface Computation {
  batch: PackedBatch;
  rows: Int32Array;
}

/**
 * Floating-point operations that a training step needs, forward and backward: 6 for each token and each parameter in a block's
 * matrices, and in attention 12 · width a layer for each key that a token sees (scores and mixing, 2 · 2 · width forward, twice that
 * backward). Of the last block, rows that the loss does not read need keys and values alone. What is computed twice to save memory counts once.
 */
export function trainingFlops(
  { n_layer: L, n_embd: D, n_inner: F }: ModelConfig,
  { batch: { positions }, rows }: Computation,
): number {
  const keysAndValues = 2 * D * D;
  const rest = 2 * D * D + 2 * D * F;
  const read = new Set(rows);
  const keysSeen = sum(positions, (position) => position + 1);
  const keysRead = sum(read, (row) => (positions[row] ?? 0) + 1);
  const products = L * keysAndValues * positions.length + rest * ((L - 1) * positions.length + read.size);
  return 6 * products + 12 * D * ((L - 1) * keysSeen + keysRead);
}

const sum = (values: Iterable<number>, of: (value: number) => number) =>
  Array.from(values, of).reduce((total, value) => total + value, 0);
