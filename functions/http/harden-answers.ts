import { createMiddleware } from 'hono/factory';

/**
 * Headers for answers that are data: no browser is to guess their type, run or frame them, tell where it came from, or keep them.
 * A route that answers a page sets its own.
 */
export const hardenAnswers = createMiddleware(async (c, next) => {
  c.header('x-content-type-options', 'nosniff');
  c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  c.header('referrer-policy', 'no-referrer');
  c.header('cache-control', 'no-store');
  await next();
});
