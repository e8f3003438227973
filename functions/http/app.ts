import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from '../context.ts';
import type { WorkerIdentity } from '../use-cases/jobs/authenticate-worker.ts';
import type { Caller } from '../use-cases/keys/authenticate.ts';
import type { Limits } from './limits.ts';

export interface AppEnv {
  Variables: {
    context: Context;
    limits: Limits;
    requestId: string;
    /** Set on routes that demand a key. */
    caller: Caller;
    /** Set on the routes of workers. */
    worker: WorkerIdentity;
  };
}

export type App = OpenAPIHono<AppEnv>;
