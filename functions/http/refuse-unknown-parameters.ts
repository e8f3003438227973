import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { z } from 'zod';
import { jsonPointer } from '../uploads/describe-issue.ts';
import type { App, AppEnv } from './app.ts';

/**
 * Refuses query parameters that the route's OpenAPI entry does not name: one that is misspelt would be ignored otherwise, and a
 * filter that is ignored answers the wrong thing. To be used before the routes are registered.
 */
export function refuseUnknownParameters(app: App) {
  const known = new Map<string, ReadonlySet<string>>();
  return createMiddleware<AppEnv>(async (c, next) => {
    const names = new Set(Object.keys(c.req.queries()));
    if (names.size > 0) {
      if (known.size === 0) noteParameters(app, known);
      const taken = matchedRoutes(c)
        .map(({ path }) => known.get(`${c.req.method} ${path}`))
        .find((route) => route !== undefined);
      if (taken) refuse(names, taken);
    }
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

function noteParameters(app: App, known: Map<string, ReadonlySet<string>>): void {
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue;
    const { method, path, request } = definition.route;
    const query = request?.query;
    const names = query instanceof z.ZodObject ? Object.keys(query.shape) : [];
    known.set(`${method.toUpperCase()} ${path.replaceAll(/\/{(.+?)}/g, '/:$1')}`, new Set(names));
  }
}
