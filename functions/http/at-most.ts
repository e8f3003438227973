import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';

const RETRY_AFTER_SECONDS = 1;

/**
 * Lets so many requests be answered at the same time in this process; what comes beyond is refused before anything is done for it, so
 * that a flood costs little of what the others need.
 *
 * @throws {Problem} 503 `busy`
 */
export function atMost(count: number) {
  let answering = 0;
  return createMiddleware(async (_, next) => {
    if (answering >= count) {
      const detail = 'Too many requests are being answered; try again in a moment.';
      throw new Problem(503, 'busy', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    answering++;
    try {
      await next();
    } finally {
      answering--;
    }
  });
}
