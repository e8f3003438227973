import type { TensorLayout } from './family-files.ts';

/** A bias, a norm's gain or an embedding: as it is, of so many rows. */
export const vector = (name: string, rows: number): TensorLayout => ({ parts: [{ name, rows }], transposed: false });

/** Weights of PyTorch's `Linear`, [out, in], by their names and outputs; several stand side by side in ours. */
export const linear = (outputs: Record<string, number>): TensorLayout => ({
  parts: Object.entries(outputs).map(([name, rows]) => ({ name, rows })),
  transposed: true,
});

/** Their biases. */
export const biases = (outputs: Record<string, number>): TensorLayout => ({ ...linear(outputs), transposed: false });
