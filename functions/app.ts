import { OpenAPIHono } from '@hono/zod-openapi';
import { timing } from 'hono/timing';
import type { Context } from './context.ts';
import { answerUnrouted } from './http/answer-unrouted.ts';
import { answerWithin } from './http/answer-within.ts';
import type { App, AppEnv } from './http/app.ts';
import { auditRequests } from './http/audit-requests.ts';
import { validated } from './http/etag.ts';
import { hardenAnswers } from './http/harden-answers.ts';
import { limitBody } from './http/limit-body.ts';
import { Limits } from './http/limits.ts';
import { observeRequests } from './http/observe-requests.ts';
import { answerError, answerInvalidInput } from './http/problem-details.ts';
import { serveReference } from './http/reference.ts';
import { refuseMissingBody } from './http/refuse-missing-body.ts';
import { refuseUnexpectedBody } from './http/refuse-unexpected-body.ts';
import { refuseUnknownParameters } from './http/refuse-unknown-parameters.ts';
import { shareWith } from './http/share-with.ts';
import { describeApi } from './openapi.ts';
import { routes } from './routes/index.ts';

/** Of bodies that are read whole; datasets and models are streamed and have their own limits. */
const MAX_BODY_BYTES = 8 * 2 ** 20;
const STREAMED =
  /^\/v1\/(datasets(\/[^/]+\/append)?|dataset-uploads\/[^/]+\/parts\/[^/]+|model-uploads\/[^/]+\/files\/[^/]+)$/;

/** As long as the SDKs wait for an answer. */
const LONGEST_ANSWER_MS = 600_000;

/**
 * The HTTP API over a context, for pages of no other origin than those named, such as `https://console.example.com`.
 *
 * @example
 * const response = await createApp(context).request('/v1/health');
 */
export function createApp(context: Context, origins: readonly string[] = []): App {
  const limits = new Limits(context);
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook: answerInvalidInput });
  app.use(observeRequests(context.log), timing({ totalDescription: '' }), hardenAnswers, validated);
  if (origins.length > 0) app.use(shareWith(origins));
  app.use(async (c, next) => {
    c.set('context', context);
    c.set('limits', limits);
    await next();
  });
  app.use(auditRequests(app));
  const limit = limitBody(MAX_BODY_BYTES);
  const limitTime = answerWithin(LONGEST_ANSWER_MS);
  app.use((c, next) => (STREAMED.test(c.req.path) ? next() : limit(c, () => limitTime(c, next) as Promise<void>)));
  app.use(refuseUnknownParameters(app), refuseMissingBody(app), refuseUnexpectedBody(app));
  app.onError((error, c) => answerError(error, c, context.log));
  app.notFound(answerUnrouted(app));
  for (const register of routes) register(app);
  app.get('/v1/openapi.json', (c) => c.json(describeApi()));
  serveReference(app);
  return app;
}
