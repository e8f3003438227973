import { blockShapes, type ModelConfig, type PackedBatch } from '@laurel/learning';

/** A packed batch, and the rows of it that a loss reads. */
export interface Computation {
  batch: PackedBatch;
  rows: Int32Array;
}

/**
 * Floating-point operations that a forward pass needs: 2 for each token and each parameter in a block's matrices, and in attention
 * 4 · the width of all heads a layer for each key that a token sees (scores and mixing). Of the last block, rows that are not read
 * need keys and values alone. The head is left out.
 */
export function forwardFlops(config: ModelConfig, { batch: { positions }, rows }: Computation): number {
  const { n_layer: L, n_embd: D, n_head, n_kv_head, head_size } = config;
  const keysAndValues = D * 2 * n_kv_head * head_size;
  const rest = blockMatricesSize(config) - keysAndValues;
  const read = new Set(rows);
  const keysSeen = sum(positions, (position) => position + 1);
  const keysRead = sum(read, (row) => (positions[row] ?? 0) + 1);
  const products = L * keysAndValues * positions.length + rest * ((L - 1) * positions.length + read.size);
  return 2 * products + 4 * n_head * head_size * ((L - 1) * keysSeen + keysRead);
}

/** The same of a training step, whose backward pass needs twice as much; what is computed twice to save memory counts once. */
export const trainingFlops = (config: ModelConfig, computation: Computation): number =>
  3 * forwardFlops(config, computation);

/** Parameters in the matrices of one block. */
export const blockMatricesSize = (config: ModelConfig): number =>
  sum(Object.values<number[]>(blockShapes(config)), (shape) =>
    shape.length === 2 ? (shape[0] ?? 0) * (shape[1] ?? 0) : 0,
  );

const sum = <Value>(values: Iterable<Value>, of: (value: Value) => number) =>
  Array.from(values, of).reduce((total, value) => total + value, 0);
