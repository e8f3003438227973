import { Problem } from '@laurel/contracts';
import { createMiddleware } from 'hono/factory';
import type { App, AppEnv } from './app.ts';
import { patternOf, routesOf } from './route-of.ts';

/** What clients send that always send JSON. */
const NOTHING = '{}';

/**
 * Refuses a body where the route takes none: what somebody meant by it would be ignored, such as when an old secret is to end. GET is left
 * alone, as HTTP gives a body no meaning there (RFC 9110, section 9.3.1).
 */
export function refuseUnexpectedBody(app: App) {
  let bodiless: RegExp | undefined;
  return createMiddleware<AppEnv>(async (c, next) => {
    const { method, path } = c.req;
    const hasBody =
      Number(c.req.header('content-length') ?? 0) > NOTHING.length || c.req.header('transfer-encoding') !== undefined;
    if (hasBody) {
      bodiless ??= requestsWithoutBody(app);
      if (bodiless.test(`${method} ${path}`)) {
        const detail = 'This request takes no body: what it can be told comes in its path, its query and its headers.';
        throw new Problem(422, 'unexpected_body', detail);
      }
    }
    await next();
  });
}

function requestsWithoutBody(app: App): RegExp {
  const routes = routesOf(app).filter(({ method, request }) => method !== 'get' && !request?.body);
  return new RegExp(`^(${routes.map(({ method, path }) => `${method.toUpperCase()} ${patternOf(path)}`).join('|')})$`);
}
