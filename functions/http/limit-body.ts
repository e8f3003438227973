import { Problem } from '@laurel/contracts';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';

/**
 * Refuses bodies of more than so many bytes. Where their length is told it is compared, and the body is left alone: hono's limiter makes a
 * stream of it before it looks, which takes longer than all else that is done before a score.
 *
 * @throws {Problem} 413
 */
export function limitBody(maxBytes: number) {
  const refuse = () => {
    throw new Problem(413, 'too_large', `The body may have at most ${maxBytes} bytes; split the request.`);
  };
  const countBytes = bodyLimit({ maxSize: maxBytes, onError: refuse });
  return createMiddleware(async (c, next) => {
    const length = c.req.header('content-length');
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) return countBytes(c, next);
    if (Number(length) > maxBytes) refuse();
    await next();
  });
}
