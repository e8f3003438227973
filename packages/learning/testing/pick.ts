import type { RandomGenerator } from '../random/random-generator.ts';

/** One of the items, all equally likely. Throws when there is none. */
export function pick<T>(items: readonly T[], random: RandomGenerator): T {
  return items[random.integer(items.length)] as T;
}
