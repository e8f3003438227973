import { OpenAPIHono } from '@hono/zod-openapi';
import { Problem } from '@laurel/contracts';
import { bodyLimit } from 'hono/body-limit';
import type { Context } from './context.ts';
import type { App, AppEnv } from './http/app.ts';
import { observeRequests } from './http/observe-requests.ts';
import { answerError, answerInvalidInput } from './http/problem-details.ts';
import { describeApi } from './openapi.ts';
import { routes } from './routes/index.ts';

/** Of bodies that are read whole; datasets and models are streamed and have their own limits. */
const MAX_BODY_BYTES = 8 * 2 ** 20;
const STREAMED = /^\/v1\/(datasets|model-uploads\/[^/]+\/files\/[^/]+)$/;

/**
 * The HTTP API over a context.
 *
 * @example
 * const response = await createApp(context).request('/v1/health');
 */
export function createApp(context: Context): App {
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook: answerInvalidInput });
  app.use(observeRequests(context.log));
  app.use(async (c, next) => {
    c.set('context', context);
    await next();
  });
  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new Problem(413, 'too_large', `The body may have at most ${MAX_BODY_BYTES} bytes; split the request.`);
    },
  });
  app.use((c, next) => (STREAMED.test(c.req.path) ? next() : limit(c, next)));
  app.onError((error, c) => answerError(error, c, context.log));
  app.notFound((c) => {
    throw new Problem(404, 'no_such_route', `There is no ${c.req.method} ${c.req.path}; see /v1/openapi.json.`);
  });
  for (const register of routes) register(app);
  app.get('/v1/openapi.json', (c) => c.json(describeApi()));
  return app;
}
