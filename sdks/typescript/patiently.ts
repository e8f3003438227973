import { ConnectionError, ServerError, TimeoutError } from './errors.ts';
import { retryDelayMs, sleep } from './retry.ts';

/** Time enough to start the service again. */
const PATIENCE_MS = 120_000;

/** Whether the error says that the service was away or stumbled, and nothing about the request. */
const isPassing = (error: unknown): boolean =>
  error instanceof ConnectionError || error instanceof TimeoutError || error instanceof ServerError;

/**
 * The call's answer, tried again for up to two minutes while the service cannot be reached; for reads only.
 * @throws what the call throws, when it does not pass
 */
export async function patiently<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || Date.now() > deadlineMs) throw error;
      await sleep(retryDelayMs(attempt) ?? 0, signal);
    }
  }
}
