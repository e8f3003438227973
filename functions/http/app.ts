import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from '../context.ts';
import type { WorkerIdentity } from '../use-cases/jobs/authenticate-worker.ts';
import type { Caller } from '../use-cases/keys/authenticate.ts';
import type { Scope } from '../use-cases/keys/scopes.ts';
import type { Limits } from './limits.ts';

export interface AppEnv {
  Variables: {
    context: Context;
    limits: Limits;
    requestId: string;
    /** Set on routes that demand a key, as is what it has to be allowed. */
    caller: Caller;
    scope: Scope;
    /** Set on the routes of workers. */
    worker: WorkerIdentity;
  };
}

export type App = OpenAPIHono<AppEnv>;
