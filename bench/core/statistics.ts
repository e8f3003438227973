export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** @throws {RangeError} for no values */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('a spread needs values');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const at = (i: number) => sorted[i] as number;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** Units a second. */
export const rateOf = ({ units, seconds }: { units: number; seconds: number }): number => units / seconds;

/** The largest |a − b|, values side by side; NaN where there is a NaN or one side has more. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.NaN;
  return Math.max(0, ...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}
