import type { Interval, MeanEstimate } from '@laurel/contracts';
import { NORMAL_97_5 } from '../statistics/share.ts';

const MINUS = '−';

/** With so many decimals and a true minus sign. */
export const decimal = (value: number, digits = 2): string =>
  value
    .toFixed(digits)
    .replace('-', MINUS)
    .replace(/^−(0(?:\.0+)?)$/, '$1');

/** `62.4 %`. */
export const percent = (share: number): string => `${decimal(100 * share, 1)} %`;

/** `58.1 to 66.3 %`. */
export const percentInterval = ({ low, high }: Interval): string => `${decimal(100 * low, 1)} to ${percent(high)}`;

export const decimalInterval = ({ low, high }: Interval): string => `${decimal(low)} to ${decimal(high)}`;

/** `0.53 ± 0.04`: the standard error, where there is one. */
export const withError = (mean: number, standardError: number | null, digits = 2): string =>
  standardError === null ? decimal(mean, digits) : `${decimal(mean, digits)} ± ${decimal(standardError, digits)}`;

export const count = (value: number): string => value.toLocaleString('en');

/** What a number means nothing for. */
export const NONE = '–';

/** The 95 % interval of a mean. */
export function intervalOf({ mean, standard_error }: MeanEstimate): Interval {
  const halfWidth = NORMAL_97_5 * (standard_error ?? 0);
  return { low: mean - halfWidth, high: mean + halfWidth };
}
