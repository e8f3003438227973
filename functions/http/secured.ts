import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import { authenticate } from '../use-cases/keys/authenticate.ts';
import { allows, type Scope } from '../use-cases/keys/scopes.ts';
import type { AppEnv } from './app.ts';
import { bearerToken } from './bearer.ts';

/** The part of a route that demands a key with a scope: its OpenAPI entry and the check, so that they cannot differ. */
export const secured = (scope: Scope) => ({
  security: [{ apiKey: [scope] }],
  middleware: createMiddleware<AppEnv>(async (c, next) => {
    const caller = await authenticate(c.get('context'), bearerToken(c.req.header('authorization')));
    if (!allows(caller.scopes, scope)) {
      throw new Problem(403, 'missing_scope', `This key lacks the scope "${scope}"; use a key that has it.`);
    }
    c.set('caller', caller);
    await next();
  }),
});
