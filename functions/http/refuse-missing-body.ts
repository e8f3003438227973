import type { RouteConfig } from '@hono/zod-openapi';
import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import type { App, AppEnv } from './app.ts';
import { routeFinder } from './route-of.ts';

/**
 * Refuses a request without the JSON that its route demands: it would be read as `{}`, which is a whole answer where all members may be left
 * out. To be used before the routes are registered.
 */
export function refuseMissingBody(app: App) {
  const routeOf = routeFinder(app);
  return createMiddleware<AppEnv>(async (c, next) => {
    const route = c.req.header('content-type') === undefined && c.req.method !== 'GET' ? routeOf(c) : undefined;
    if (route && demandsJson(route)) {
      throw new Problem(415, 'unsupported_media_type', 'Send the body, and say what it is: application/json.');
    }
    await next();
  });
}

function demandsJson({ request }: RouteConfig): boolean {
  const types = Object.keys(request?.body?.content ?? {});
  return request?.body?.required === true && types.every((type) => type === 'application/json');
}
