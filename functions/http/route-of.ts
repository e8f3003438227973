import type { RouteConfig } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { App } from './app.ts';

/** Finds the OpenAPI entry of the route that a request has come to; to be made before the routes are registered. */
export function routeFinder(app: App): (c: HonoContext) => RouteConfig | undefined {
  const known = new Map<string, RouteConfig>();
  return (c) => {
    if (known.size === 0) {
      for (const definition of app.openAPIRegistry.definitions) {
        if (definition.type !== 'route') continue;
        const { method, path } = definition.route;
        known.set(`${method.toUpperCase()} ${path.replaceAll(/\/{(.+?)}/g, '/:$1')}`, definition.route);
      }
    }
    return matchedRoutes(c)
      .map(({ path }) => known.get(`${c.req.method} ${path}`))
      .find((route) => route !== undefined);
  };
}
