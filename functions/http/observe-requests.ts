import { newId } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import type { Logger } from 'pino';
import type { AppEnv } from './app.ts';

/** Gives every request an id, in the answer's headers and in the log, and logs how it was answered. */
export const observeRequests = (log: Logger) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const requestId = newId('req');
    const begin = performance.now();
    c.set('requestId', requestId);
    c.header('x-request-id', requestId);
    await next();
    const durationMs = Number((performance.now() - begin).toFixed(1));
    const { method, path } = c.req;
    const { status } = c.res;
    setImmediate(() => log.info({ requestId, method, path, status, durationMs })); // the answer goes first
  });
