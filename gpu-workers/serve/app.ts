import { createHash, timingSafeEqual } from 'node:crypto';
import {
  newId,
  Problem,
  type ProblemDetails,
  type ServeGenerateAnswer,
  type ServeGenerateRequest,
  type ServeHealth,
  type ServeScoreAnswer,
  type ServeScoreRequest,
  serveGenerateRequest,
  serveScoreRequest,
} from '@laurel/contracts';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import type { ZodType } from 'zod';

/** What the HTTP layer needs of the models behind it. */
export interface Serving {
  health(): ServeHealth;
  score(request: ServeScoreRequest): Promise<ServeScoreAnswer>;
  generate(request: ServeGenerateRequest): Promise<ServeGenerateAnswer>;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** `POST /score`, `POST /generate` and `GET /health` of packages/contracts/serving.ts, behind a bearer token. */
export function createServeApp({ serving, token, log }: { serving: Serving; token: string; log: Logger }): Hono {
  const app = new Hono();
  app.onError((error, context) => answerProblem(context, asProblem(error, log)));
  app.notFound((context) => answerProblem(context, new Problem(404, 'not_found', 'There is nothing at this address.')));
  app.use(async (context, next) => {
    if (!isBearer(context.req.header('authorization'), token)) {
      throw new Problem(401, 'unauthenticated', 'The Authorization header must carry the serving token.');
    }
    await next();
  });
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new Problem(413, 'body_too_large', `A request may have ${MAX_BODY_BYTES} bytes; send fewer items.`);
      },
    }),
  );
  app.get('/health', (context) => context.json(serving.health()));
  app.post('/score', async (context) => context.json(await serving.score(await body(context, serveScoreRequest))));
  app.post('/generate', async (context) =>
    context.json(await serving.generate(await body(context, serveGenerateRequest))),
  );
  return app;
}

/** Compares hashes, so that the time taken says nothing of the token, its length included. */
function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
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
