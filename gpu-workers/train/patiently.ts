import { setTimeout as sleep } from 'node:timers/promises';
import { ApiAway } from './job-api.ts';

/** How long a worker waits for an API that is away: its server may be restarting, and gives the lease back if it is quick. */
export const PATIENCE_MS = 120_000;

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/** Delay before try number `failures + 1`, doubled each time. */
export const backoffMs = (failures: number): number => Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);

/** Calls until it is answered. @throws {ApiAway} after `patienceMs` of silence, and at once whatever else `call` throws. */
export async function patiently<T>(call: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const startMs = Date.now();
  for (let failures = 0; ; failures++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiAway) || Date.now() - startMs > patienceMs) throw error;
      await sleep(backoffMs(failures));
    }
  }
}
