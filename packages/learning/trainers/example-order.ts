import type { RandomGenerator } from '../random/random-generator.ts';

/**
 * The example at each place of an endless run over a dataset, shuffled anew in every epoch. It follows from the generator
 * and the place alone, so that a resumed run needs nothing but its step.
 */
export function exampleOrder(count: number, random: RandomGenerator): (place: number) => number {
  let epoch = -1;
  let order: number[] = [];
  return (place) => {
    const placeEpoch = Math.floor(place / count);
    if (placeEpoch !== epoch) {
      epoch = placeEpoch;
      order = random.fork(`epoch ${epoch}`).shuffle(Array.from({ length: count }, (_, i) => i));
    }
    return order[place % count] ?? 0;
  };
}
