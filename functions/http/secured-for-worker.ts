import { createMiddleware } from 'hono/factory';
import { authenticateWorker } from '../use-cases/jobs/authenticate-worker.ts';
import type { AppEnv } from './app.ts';
import { bearerToken } from './bearer.ts';

/** The part of a worker's route that demands the token of the job in its path. */
export const securedForWorker = {
  security: [{ workerToken: [] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    const token = bearerToken(c.req.header('authorization'));
    c.set('worker', await authenticateWorker(c.get('context'), c.req.param('id') ?? '', token));
    await next();
  }),
};
