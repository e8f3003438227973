import { Problem } from '@laurel/contracts';
import type { NotFoundHandler } from 'hono';
import type { App, AppEnv } from './app.ts';

/** Answers what no route takes: 405 and `Allow` where the path takes other methods (RFC 9110, section 15.5.6), 404 elsewhere. */
export function answerUnrouted(app: App): NotFoundHandler<AppEnv> {
  return (c) => {
    const { method, path } = c.req;
    const taken = methodsOf(app, path);
    if (taken.length === 0) {
      throw new Problem(404, 'no_such_route', `There is no ${method} ${path}; see /v1/openapi.json.`);
    }
    c.header('allow', taken.join(', '));
    throw new Problem(405, 'method_not_allowed', `${path} takes ${taken.join(', ')}, and no ${method}.`);
  };
}

function methodsOf(app: App, path: string): string[] {
  const routes = app.routes.filter(({ method, path: pattern }) => method !== 'ALL' && matches(pattern, path));
  const methods = new Set(routes.map(({ method }) => method));
  return [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].toSorted();
}

/** Whether a path has the form of a route such as `/v1/jobs/:id`. */
const matches = (pattern: string, path: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll('.', '\\.')
      .replaceAll('*', '.*')
      .replaceAll(/:[^/]+/g, '[^/]+')}$`,
  ).test(path);
