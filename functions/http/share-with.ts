import { cors } from 'hono/cors';

const DAY_SECONDS = 24 * 60 * 60;

/** Lets pages of some origins call the API from browsers (CORS). Keys come in a header, never in cookies. */
export const shareWith = (origins: readonly string[]) =>
  cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'Last-Event-ID',
      'Prefer',
      'Range',
    ],
    exposeHeaders: [
      'ETag',
      'Idempotent-Replayed',
      'Location',
      'Preference-Applied',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'Server-Timing',
      'X-Request-Id',
      'X-Should-Retry',
    ],
    maxAge: DAY_SECONDS,
  });
