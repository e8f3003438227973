const FIRST_MS = 5_000;
const FACTOR = 4;
const LONGEST_MS = 4 * 60 * 60 * 1000;

/** From when something was due until it is given up. */
export const TRIED_FOR_MS = 24 * 60 * 60 * 1000;

/**
 * How long to wait after so many tries that failed: about 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, then 4 h each time, which is a dozen tries
 * in a day. Up to a fifth less, by chance, so that what failed together does not come together again.
 *
 * @param askedMs what the endpoint asked for, which is heeded up to 4 h
 * @param random from 0 to 1
 */
export function retryDelayMs(failures: number, askedMs: number, random: number): number {
  const backoffMs = Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (failures - 1));
  return Math.max(backoffMs * (1 - random / 5), Math.min(askedMs, LONGEST_MS));
}
