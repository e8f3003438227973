import type { RouteConfig } from '@hono/zod-openapi';
import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { jsonPointer } from '../uploads/describe-issue.ts';
import type { App, AppEnv } from './app.ts';
import { routeFinder } from './route-of.ts';

/**
 * Refuses query parameters that the route's OpenAPI entry does not name: one that is misspelt would be ignored otherwise, and a
 * filter that is ignored answers the wrong thing. To be used before the routes are registered.
 */
export function refuseUnknownParameters(app: App) {
  const routeOf = routeFinder(app);
  return createMiddleware<AppEnv>(async (c, next) => {
    const names = new Set(Object.keys(c.req.queries()));
    const route = names.size > 0 ? routeOf(c) : undefined;
    if (route) refuse(names, parametersOf(route));
    await next();
  });
}

function refuse(names: ReadonlySet<string>, taken: ReadonlySet<string>): void {
  const unknown = [...names].filter((name) => !taken.has(name));
  if (unknown.length === 0) return;
  const choice = taken.size > 0 ? `those of this request are ${[...taken].join(', ')}` : 'this request takes none';
  const errors = unknown.map((name) => ({
    pointer: jsonPointer([name]),
    code: 'unknown_parameter',
    detail: `There is no query parameter "${name}"; ${choice}.`,
  }));
  throw new Problem(422, 'unknown_parameter', errors[0]?.detail ?? '', { errors });
}

function parametersOf({ request }: RouteConfig): ReadonlySet<string> {
  const query = request?.query;
  return new Set(query instanceof z.ZodObject ? Object.keys(query.shape) : []);
}
