import type { ModelConfig, PackedBatch } from '@laurel/learning';

/**
 * Floating-point operations of a training step, forward and backward: 6 for each token and each parameter in a block's matrices, and
 * in attention 12 · width a layer for each key that a token sees (scores and mixing, 2 · 2 · width forward, twice that backward).
 * What is computed twice to save memory counts once.
 */
export function trainingFlops({ n_layer: L, n_embd: D, n_inner: F }: ModelConfig, batch: PackedBatch): number {
  const matrices = L * (4 * D * D + 2 * D * F);
  const keysSeen = batch.positions.reduce((sum, position) => sum + position + 1, 0);
  return 6 * matrices * batch.tokens.length + 12 * L * D * keysSeen;
}
