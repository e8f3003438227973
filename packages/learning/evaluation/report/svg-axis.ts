import { decimal } from './numbers.ts';

/** A quantity along one side of a plot. */
export interface Axis {
  /** With its unit. */
  label: string;
  scale?: 'linear' | 'log2';
  /** Values that must be seen besides the data. */
  include?: readonly number[];
  /** Of the numbers at the ticks; as many decimals as the ticks need if left out. */
  format?: (value: number) => string;
}

/** An axis that knows its data: where a value lies, from 0 to 1, and which values have a tick. */
export interface Scale {
  at(value: number): number;
  ticks: { value: number; label: string }[];
}

const TICKS = 5;

/** A scale that holds all values, with round numbers at its ticks. */
export function scaleOf({ scale = 'linear', include = [], format }: Axis, values: readonly number[]): Scale {
  const all = [...values, ...include].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (scale === 'log2') {
    const [first, last] = [
      Math.floor(Math.log2(low)),
      Math.max(Math.ceil(Math.log2(high)), Math.floor(Math.log2(low)) + 1),
    ];
    const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    return {
      at: (value) => (Math.log2(value) - first) / (last - first),
      ticks: exponents.map((exponent) => ({ value: 2 ** exponent, label: (format ?? String)(2 ** exponent) })),
    };
  }
  const step = roundStep((high - low || Math.abs(high) || 1) / TICKS);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    at: (value) => (value / step - first) / (last - first),
    ticks: Array.from({ length: last - first + 1 }, (_, i) => {
      const value = (first + i) * step;
      return { value, label: (format ?? ((each: number) => decimal(each, digits)))(value) };
    }),
  };
}

/** The next of 1, 2 and 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10);
}
