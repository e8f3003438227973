import { RandomGenerator } from '@laurel/learning';
import { groupedExampleOrder } from '../../packages/learning/trainers/example-order.ts';
import type { Sequence } from '../../packages/learning/trainers/sequence.ts';
import type { TrainingSettings } from './training-settings.ts';

/** The examples of a whole run in the order in which our supervised trainers take them. */
export function orderedExamples<Example>(
  examples: readonly Example[],
  groups: readonly number[][],
  { epochs, seed }: Pick<TrainingSettings, 'epochs' | 'seed'>,
): Example[] {
  const exampleAt = groupedExampleOrder(groups, RandomGenerator.fromSeed(seed).fork('examples'));
  return Array.from(
    { length: Math.round(examples.length * epochs) },
    (_, place) => examples[exampleAt(place)] as Example,
  );
}

/** @throws {Error} where a text does not fit the context: the two sides would cut it differently */
export function requireWhole(leftOut: number, sequences: readonly Sequence[]): void {
  const cut = leftOut + sequences.filter(({ truncated }) => truncated).length;
  if (cut > 0) throw new Error(`${cut} texts exceed the context`);
}
