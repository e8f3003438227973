import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import { authenticate } from '../use-cases/keys/authenticate.ts';
import { allows, type Scope } from '../use-cases/keys/scopes.ts';
import type { AppEnv } from './app.ts';
import { bearerToken } from './bearer.ts';

/**
 * The part of a route that demands a key with a scope: its OpenAPI entry and the check, so that they cannot differ.
 *
 * @param tokenOf reads the key from the header `Authorization`
 */
export const secured = (scope: Scope, tokenOf = bearerToken) => ({
  security: [{ apiKey: [scope] }],
  middleware: demand(scope, tokenOf),
});

const demand = (scope: Scope, tokenOf: typeof bearerToken) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const token = tokenOf(c.req.header('authorization'));
    const limits = c.get('limits');
    const caller = await limits.tryToken(c, token, () => authenticate(c.get('context'), token));
    await limits.countRequest(c, caller);
    c.get('context').usage.add(caller.projectId, 'requests', 1);
    c.set('caller', caller);
    c.set('scope', scope);
    if (!allows(caller.scopes, scope)) {
      throw new Problem(403, 'missing_scope', `This key lacks the scope "${scope}"; use a key that has it.`);
    }
    await next();
    // A change of a key or an endpoint is in force when it is answered; scores change nothing that is looked up.
    if (scope !== 'score' && c.req.method !== 'GET') c.get('context').recent.forget();
  });
