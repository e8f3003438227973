import type { RandomGenerator } from '../random/random-generator.ts';

/** Groups of one example each. */
export const singly = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);

/**
 * The example at each place of an endless run over a dataset, shuffled anew in every epoch. It follows from the generator
 * and the place alone, so that a resumed run needs nothing but its step.
 */
export const exampleOrder = (count: number, random: RandomGenerator): ((place: number) => number) =>
  groupedExampleOrder(singly(count), random);

/** The same over groups of examples: the groups are shuffled, and the examples of each stay side by side. */
export function groupedExampleOrder(
  groups: readonly (readonly number[])[],
  random: RandomGenerator,
): (place: number) => number {
  const count = groups.reduce((sum, { length }) => sum + length, 0);
  let epoch = -1;
  let order: number[] = [];
  return (place) => {
    const placeEpoch = Math.floor(place / count);
    if (placeEpoch !== epoch) {
      epoch = placeEpoch;
      order = random
        .fork(`epoch ${epoch}`)
        .shuffle([...groups])
        .flat();
    }
    return order[place % count] ?? 0;
  };
}
