import type { RouteConfig } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { App } from './app.ts';

/** The OpenAPI entries of all routes that are registered by now. */
export const routesOf = (app: App): RouteConfig[] =>
  app.openAPIRegistry.definitions.flatMap((definition) => (definition.type === 'route' ? [definition.route] : []));

/** Of a regular expression for the addresses of a path such as `/v1/jobs/{id}`. */
export const patternOf = (path: string): string => path.replaceAll(/{.+?}/g, '[^/]+');

/** Finds the OpenAPI entry of the route that a request has come to; to be made before the routes are registered. */
export function routeFinder(app: App): (c: HonoContext) => RouteConfig | undefined {
  const known = new Map<string, RouteConfig>();
  return (c) => {
    if (known.size === 0) {
      for (const route of routesOf(app)) {
        known.set(`${route.method.toUpperCase()} ${route.path.replaceAll(/\/{(.+?)}/g, '/:$1')}`, route);
      }
    }
    return matchedRoutes(c)
      .map(({ path }) => known.get(`${c.req.method} ${path}`))
      .find((route) => route !== undefined);
  };
}
