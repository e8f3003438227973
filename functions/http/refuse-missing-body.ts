import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { App, AppEnv } from './app.ts';

/**
 * Refuses a request without the JSON that its route demands: it would be read as `{}`, which is a whole answer where all members may be left
 * out. To be used before the routes are registered.
 */
export function refuseMissingBody(app: App) {
  const demanding = new Set<string>();
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.header('content-type') === undefined && c.req.method !== 'GET') {
      if (demanding.size === 0) noteDemands(app, demanding);
      const isDemanded = matchedRoutes(c).some(({ path }) => demanding.has(`${c.req.method} ${path}`));
      if (isDemanded)
        throw new Problem(415, 'unsupported_media_type', 'Send the body, and say what it is: application/json.');
    }
    await next();
  });
}

function noteDemands(app: App, demanding: Set<string>): void {
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path, request } = definition.route;
    const types = Object.keys(request?.body?.content ?? {});
    if (!request?.body?.required || types.some((type) => type !== 'application/json')) continue;
    demanding.add(`${method.toUpperCase()} ${path.replaceAll(/\/{(.+?)}/g, '/:$1')}`);
  }
}
