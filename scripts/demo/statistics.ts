export const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard error of the mean, from the sample's variance (divisor n − 1). */
export function standardError(values: number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

/** Share of the items that the predicate holds for, 0 to 1. */
export const share = <T>(items: T[], predicate: (item: T) => boolean): number =>
  items.filter(predicate).length / items.length;
