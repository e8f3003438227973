import type { RouteConfig } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import { createMiddleware } from 'hono/factory';
import { recordAudit } from '../use-cases/audit/record-audit.ts';
import type { Scope } from '../use-cases/keys/scopes.ts';
import { addressOf } from './address-of.ts';
import type { App, AppEnv } from './app.ts';
import { routeFinder } from './route-of.ts';

/**
 * Keeps who asked for what change: one entry for every request that changes something or was refused to, before it is answered, so that
 * nothing that was acknowledged is missing. Nothing of a body gets in. To be used before the routes are registered.
 */
export function auditRequests(app: App) {
  const routeOf = routeFinder(app);
  return createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const caller = c.get('caller');
    if (!caller || c.req.method === 'GET' || onlyReads(c.get('scope'))) return;
    const route = routeOf(c);
    if (!route?.operationId) return;
    await recordAudit(c.get('context'), {
      projectId: caller.projectId,
      keyId: caller.keyId,
      operation: route.operationId,
      object: objectOf(c, route),
      status: c.res.status,
      address: addressOf(c),
      requestId: c.get('requestId'),
    });
  });
}

/** Also where it is a POST. */
const onlyReads = (scope: Scope): boolean => scope === 'score' || scope.endsWith(':read');

/** The object in the path, or else the one that was made. */
function objectOf(c: HonoContext<AppEnv>, { path }: RouteConfig): string | null {
  const place = path.split('/').indexOf('{id}');
  const named = place < 0 ? undefined : c.req.path.split('/')[place];
  return named ?? c.res.headers.get('location')?.split('/').at(-1) ?? null;
}
