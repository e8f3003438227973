const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;
/** A service that asks for a longer pause is not waited for: its answer goes to the caller. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Whether the same request may succeed later. `x-should-retry` decides where the service sends it. */
export function mayRetry(response: Response): boolean {
  const advice = response.headers.get('x-should-retry');
  if (advice !== null) return advice === 'true';
  const { status } = response;
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Milliseconds to wait before retry `attempt` (from 0): `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3),
 * else 0.5 s doubled with every attempt up to 8 s, less a random quarter so that callers do not return in step.
 * Undefined where the service asks for more than a minute.
 */
export function retryDelayMs(attempt: number, response?: Response, nowMs: number = Date.now()): number | undefined {
  const asked = retryAfterMs(response?.headers.get('retry-after') ?? null, nowMs);
  if (asked !== undefined) return asked <= LONGEST_RETRY_AFTER_MS ? asked : undefined;
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
  return delayMs * (1 - 0.25 * Math.random());
}

function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

/** Resolves after the time; rejects with the signal's reason when it is aborted first. */
export function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
