import { hash, timingSafeEqual } from 'node:crypto';
import {
  DEADLINE_HEADER,
  newId,
  Problem,
  type ProblemDetails,
  type ServedModel,
  type ServeGenerateAnswer,
  type ServeGenerateRequest,
  type ServeHealth,
  type ServeLogProbsAnswer,
  type ServeLogProbsRequest,
  type ServeScoreAnswer,
  type ServeScoreRequest,
  serveGenerateRequest,
  serveLoadRequest,
  serveLogProbsRequest,
  serveScoreRequest,
} from '@laurel/contracts';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import type { ZodType } from 'zod';
import { answerLines } from './answer-lines.ts';
import type { Timing } from './batch-queue.ts';
import type { ServingMetrics } from './serving-metrics.ts';
import type { GenerationFollower } from './work.ts';

/** What the HTTP layer needs of the models behind it. Deadlines are by `performance.now()`. */
export interface Serving {
  health(): ServeHealth;
  score(request: ServeScoreRequest, deadlineMs?: number, onTimed?: (timing: Timing) => void): Promise<ServeScoreAnswer>;
  logProbs(request: ServeLogProbsRequest, deadlineMs?: number): Promise<ServeLogProbsAnswer>;
  generate(
    request: ServeGenerateRequest,
    deadlineMs?: number,
    onTimed?: (timing: Timing) => void,
  ): Promise<ServeGenerateAnswer>;
  /** Undefined when nobody followed it to its end. */
  follow(
    request: ServeGenerateRequest,
    follower: GenerationFollower,
    deadlineMs?: number,
  ): Promise<ServeGenerateAnswer | undefined>;
  load(model: ServedModel, deadlineMs?: number): Promise<void>;
}

export interface ServeAppOptions {
  serving: Serving;
  metrics: ServingMetrics;
  token: string;
  log: Logger;
  /** Aborted when the server is to end: what is in line is answered, nothing more is taken. */
  ending: AbortSignal;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** By then the next server is up, where there is one. */
const NEXT_SERVER_SECONDS = 5;

/** The protocol of packages/contracts/serving.ts, behind a bearer token. */
export function createServeApp({ serving, metrics, token, log, ending }: ServeAppOptions): Hono {
  const app = new Hono();
  const isBearer = bearerOf(token);
  app.onError((error, context) => answerProblem(context, asProblem(error, log)));
  app.notFound((context) => answerProblem(context, new Problem(404, 'not_found', 'There is nothing at this address.')));
  app.get('/live', (context) => context.body(null, 204));
  app.get('/ready', (context) => {
    if (ending.aborted) throw isEnding();
    return context.body(null, 204);
  });
  app.use(async (context, next) => {
    if (!isBearer(context.req.header('authorization'))) {
      throw new Problem(401, 'unauthenticated', 'The Authorization header must carry the serving token.');
    }
    await next();
  });
  app.get('/health', (context) => context.json(serving.health()));
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
  app.use(async (context, next) => {
    if (context.req.header('transfer-encoding') !== undefined) {
      throw new Problem(411, 'length_required', 'Say how long the body is; it is not taken in chunks.');
    }
    if (Number(context.req.header('content-length') ?? 0) > MAX_BODY_BYTES) {
      throw new Problem(413, 'body_too_large', `A request may have ${MAX_BODY_BYTES} bytes; send fewer items.`);
    }
    await next();
  });
  app.use(async (context, next) => {
    if (ending.aborted) throw isEnding();
    const startMs = performance.now();
    await next();
    // a path that nobody registered, which comes to middleware alone, would be a label of its own each
    const path = routePath(context, -1);
    const seconds = (performance.now() - startMs) / 1000;
    const { status } = context.res;
    setImmediate(() => metrics.countRequest(path === '/*' ? 'other' : path, status, seconds)); // the answer goes first
  });
  app.post('/score', async (c) =>
    c.json(await serving.score(await body(c, serveScoreRequest), deadlineOf(c), tell(c))),
  );
  app.post('/log-probs', async (c) =>
    c.json(await serving.logProbs(await body(c, serveLogProbsRequest), deadlineOf(c))),
  );
  app.post('/generate', async (c) =>
    c.json(await serving.generate(await body(c, serveGenerateRequest), deadlineOf(c), tell(c))),
  );
  app.post('/generate/stream', async (c) => {
    const request = await body(c, serveGenerateRequest);
    return answerLines((follower) => serving.follow(request, follower, deadlineOf(c)));
  });
  app.post('/load', async (c) => {
    await serving.load((await body(c, serveLoadRequest)).model, deadlineOf(c));
    return c.body(null, 204);
  });
  return app;
}

const isEnding = () =>
  new Problem(503, 'ending', 'This server is about to end; ask the next one.', {
    retryAfterSeconds: NEXT_SERVER_SECONDS,
  });

/** Says in the answer where its time went (https://www.w3.org/TR/server-timing/). */
const tell =
  (context: Context) =>
  ({ queueMs, modelMs }: Timing) =>
    context.header('server-timing', `queue;dur=${queueMs.toFixed(2)}, model;dur=${modelMs.toFixed(2)}`);

/** By `performance.now()`. */
function deadlineOf(context: Context): number | undefined {
  const timeoutMs = Number(context.req.header(DEADLINE_HEADER) ?? Number.NaN);
  return Number.isFinite(timeoutMs) ? performance.now() + timeoutMs : undefined;
}

/** Compares hashes, so that the time taken says nothing of the token, its length included. */
function bearerOf(token: string): (header: string | undefined) => boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const expected = digest(`Bearer ${token}`);
  return (header = '') => timingSafeEqual(digest(header), expected);
}

async function body<T>(context: Context, schema: ZodType<T>): Promise<T> {
  const json: unknown = await context.req.json().catch((cause: unknown) => {
    throw new Problem(400, 'malformed_json', 'The body is not JSON.', { cause });
  });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, code, message }) => ({
    pointer: path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code: code ?? 'invalid',
    detail: message,
  }));
  throw new Problem(422, 'invalid_request', 'The body does not have the shape of the request; see errors.', { errors });
}

function asProblem(error: Error, log: Logger): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return new Problem(error.status, 'bad_request', error.message);
  log.error({ err: error }, 'request failed');
  return new Problem(500, 'internal_error', 'Serving failed for a reason of its own; its log has the details.');
}

function answerProblem(context: Context, problem: Problem): Response {
  const { status, code, message, errors, retryAfterSeconds } = problem;
  const details: ProblemDetails = {
    type: 'about:blank',
    title: code.replaceAll('_', ' '),
    status,
    detail: message,
    code,
    request_id: context.req.header('x-request-id') ?? newId('req'),
    ...(errors && { errors }),
  };
  if (retryAfterSeconds !== undefined) context.header('retry-after', String(retryAfterSeconds));
  return context.json(details, status as ContentfulStatusCode, { 'content-type': 'application/problem+json' });
}
