import { createMiddleware } from 'hono/factory';
import { authenticateWorker } from '../use-cases/jobs/authenticate-worker.ts';
import type { AppEnv } from './app.ts';
import { bearerToken } from './bearer.ts';

/** The part of a worker's route that demands the token of the job in its path. */
export const securedForWorker = {
  security: [{ workerToken: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    const token = bearerToken(c.req.header('authorization'));
    const open = () => authenticateWorker(c.get('context'), c.req.param('id') ?? '', token);
    c.set('worker', await c.get('limits').tryToken(c, token, open));
    await next();
  }),
};
