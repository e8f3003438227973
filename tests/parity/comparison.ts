import type { Tensor } from '@tensorflow/tfjs-core';

/** How far one of our numbers, or the furthest of a tensor's, is from PyTorch's. */
export interface Comparison {
  quantity: string;
  /** Which of a quantity's tensors, such as a parameter's name; '' where there is only one. */
  part: string;
  /** Relative to the largest value of the tensor; of tokens, the share that differs. */
  difference: number;
  tolerance: number;
}

export interface Values {
  shape: readonly number[];
  values: ArrayLike<number>;
}

/** Rounding of float32 through both passes over the decoder, with room for other processors' sums; PyTorch computed in float64. */
const ROUNDING = 3e-5;

/** Where exact arithmetic gives 0, as for a bias that cancels in a pair, there is nothing to be relative to. */
const SMALLEST_SIZE = 1e-3;

/** Compares values; another shape or a value that is not a number is infinitely far. */
export function compare(
  quantity: string,
  actual: Values,
  expected: Values,
  { part = '', tolerance = ROUNDING } = {},
): Comparison {
  const isSameShape = `${actual.shape}` === `${expected.shape}`;
  let [error, size] = [0, SMALLEST_SIZE];
  for (let i = 0; i < expected.values.length; i++) {
    const value = expected.values[i] as number;
    const distance = Math.abs((actual.values[i] ?? Number.NaN) - value);
    error = Math.max(error, Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance);
    size = Math.max(size, Math.abs(value));
  }
  return { quantity, part, difference: isSameShape ? error / size : Number.POSITIVE_INFINITY, tolerance };
}

/** Compares tensors by name: every one that is expected, and no other, has to be there. */
export function compareAll(
  quantity: string,
  actual: Record<string, Values>,
  expected: Record<string, Values>,
  { tolerance = ROUNDING } = {},
): Comparison[] {
  const absent: Values = { shape: [Number.NaN], values: [] };
  return [...new Set([...Object.keys(actual), ...Object.keys(expected)])].map((part) =>
    compare(quantity, actual[part] ?? absent, expected[part] ?? absent, { part, tolerance }),
  );
}

/** Compares lists of tokens, which have to be identical. */
export function compareTokens(
  quantity: string,
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): Comparison {
  const differing = expected.flatMap((tokens, i) => {
    const length = Math.max(tokens.length, actual[i]?.length ?? 0);
    return Array.from({ length }, (_, t): number => (tokens[t] === actual[i]?.[t] ? 0 : 1));
  });
  const share = differing.reduce((sum, each) => sum + each, 0) / differing.length;
  return { quantity, part: '', difference: share, tolerance: 0 };
}

export const isWithin = ({ difference, tolerance }: Comparison): boolean => difference <= tolerance;

export const valuesOf = (tensor: Tensor): Values => ({ shape: tensor.shape, values: tensor.dataSync() });

export const list = (values: ArrayLike<number>): Values => ({ shape: [values.length], values });

export const scalar = (value: number): Values => ({ shape: [], values: [value] });
