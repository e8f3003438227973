import { STATUS_CODES } from 'node:http';
import type { Hook } from '@hono/zod-openapi';
import { Problem, type ProblemDetails, type ProblemError } from '@laurel/contracts';
import { isUnstorableText } from '@laurel/storage';
import { ArtifactStoreFull } from '@laurel/storage/artifacts';
import type { Context as HonoContext } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { describeIssue } from '../uploads/describe-issue.ts';
import type { AppEnv } from './app.ts';
import { asClientsRead } from './compatible-errors.ts';

const HTTP_CODES: Record<number, string> = { 400: 'malformed', 413: 'too_large', 415: 'unsupported_media_type' };

/** With any other status the same request would be refused again, so callers are told not to try. */
const MAY_PASS = new Set([408, 409, 429, 500, 503]);

/** The one place where errors become answers: RFC 9457, and nothing from inside for errors nobody foresaw. */
export function answerError(error: Error, c: HonoContext<AppEnv>, log: Logger): Response {
  const problem = asProblem(error);
  if (problem.status >= 500 && problem.status !== 503) log.error({ err: error, requestId: c.get('requestId') });
  const headers = new Headers(c.res.headers);
  headers.set('content-type', 'application/problem+json');
  if (problem.retryAfterSeconds) headers.set('retry-after', String(problem.retryAfterSeconds));
  if (problem.retryAfterSeconds && problem.status === 409) headers.set('x-should-retry', 'true'); // most conflicts stay
  if (!MAY_PASS.has(problem.status)) headers.set('x-should-retry', 'false');
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer');
  return new Response(JSON.stringify(detailsOf(problem, c)), { status: problem.status, headers });
}

/** The same for an answer that has begun, of which the error is the end. */
export function endingProblem(error: unknown, c: HonoContext<AppEnv>): ProblemDetails {
  const problem = asProblem(error instanceof Error ? error : new Error(String(error)));
  if (problem.status >= 500 && problem.status !== 503) {
    c.get('context').log.error({ err: error, requestId: c.get('requestId') });
  }
  return detailsOf(problem, c);
}

const detailsOf = (problem: Problem, c: HonoContext<AppEnv>): ProblemDetails =>
  asClientsRead({
    type: `urn:laurel:problem:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    instance: new URL(c.req.url).pathname,
    code: problem.code,
    request_id: c.get('requestId'),
    ...(problem.errors && { errors: problem.errors }),
  });

function asProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status < 500) {
    return new Problem(error.status, HTTP_CODES[error.status] ?? 'invalid_request', explain(error));
  }
  if (isFullDisk(error)) {
    return new Problem(507, 'storage_full', 'The server has no room left to store this; nothing was kept of it.');
  }
  if (isUnstorableText(error)) {
    const characters = 'U+0000, or half of a surrogate pair';
    return new Problem(
      422,
      'unstorable_text',
      `A text has a character that cannot be kept: ${characters}; leave it out.`,
    );
  }
  return new Problem(500, 'internal_error', 'Something went wrong on the server; the request id finds it in its log.');
}

function explain(error: HTTPException): string {
  if (error.status === 415) return 'This content type is not taken here; send application/json.';
  return error.message || 'The request cannot be read.';
}

/** A full disk, however deep in the chain of causes it is named. */
function isFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isNamed = error instanceof ArtifactStoreFull || ('code' in error && error.code === 'ENOSPC');
  return isNamed || isFullDisk(error.cause);
}

/** What does not fit a route's schema: 422 with a pointer into the body, or the parameter's name. */
// biome-ignore lint/suspicious/noExplicitAny: the hook serves every route, whatever its input
export const answerInvalidInput: Hook<any, AppEnv, any, any> = (result) => {
  if (result.success) return;
  const errors: ProblemError[] = result.error.issues.flatMap((issue) => describeIssue(issue));
  const part = result.target === 'json' ? 'The body' : `The request's ${result.target}`;
  const { pointer = '', detail = '' } = errors[0] ?? {};
  const where = pointer && ` at ${pointer}`;
  throw new Problem(422, 'invalid_request', `${part} is not as it should be${where}: ${detail}`, { errors });
};
