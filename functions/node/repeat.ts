import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Does some work again and again, pausing in between; a failure is logged and the next round is the next try. */
export function repeat(log: Logger, pauseMs: number, work: () => Promise<void>): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      await work().catch((err: unknown) => log.error({ err }, 'a repeated task failed'));
      await setTimeout(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    /** Waits for the round that is running. */
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
