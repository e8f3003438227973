import type { ComparisonRow } from '@laurel/contracts';

/** How many characters longer the chosen summary is than the other one: what "longer wins" goes by. */
export const lengthDifference = ({ chosen, rejected }: Pick<ComparisonRow, 'chosen' | 'rejected'>): number =>
  chosen.trim().length - rejected.trim().length;
