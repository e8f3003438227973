/** A part of the request that the service refused, as its problem details name it. */
export interface LaurelErrorDetail {
  /** RFC 6901 pointer to the member, within the line if one is named. */
  pointer: string;
  /** Line of a JSON Lines upload, from 1. */
  line?: number;
  code: string;
  detail: string;
}

/** Any error of this SDK. `code` is stable and meant for programs, `message` for people. */
export class LaurelError extends Error {
  override name = 'LaurelError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** No answer arrived: refused, reset, or not resolved. */
export class ConnectionError extends LaurelError {
  override name = 'ConnectionError';
}

/** No answer arrived within the time-out. */
export class TimeoutError extends LaurelError {
  override name = 'TimeoutError';
}

/** The service answered with an error, as RFC 9457 problem details. */
export class ApiError extends LaurelError {
  override name = 'ApiError';
  readonly status: number;
  /** Names this request in the service's log; empty if what answered was not the service. */
  readonly requestId: string;
  readonly errors: readonly LaurelErrorDetail[];

  constructor(status: number, problem: ProblemBody, requestId: string) {
    super(problem.code ?? `http_${status}`, problem.detail ?? `The service answered with status ${status}.`);
    this.status = status;
    this.requestId = problem.request_id ?? requestId;
    this.errors = problem.errors ?? [];
  }
}

export class BadRequestError extends ApiError {
  override name = 'BadRequestError';
}
export class AuthenticationError extends ApiError {
  override name = 'AuthenticationError';
}
export class PermissionError extends ApiError {
  override name = 'PermissionError';
}
export class NotFoundError extends ApiError {
  override name = 'NotFoundError';
}
export class ConflictError extends ApiError {
  override name = 'ConflictError';
}
export class PayloadTooLargeError extends ApiError {
  override name = 'PayloadTooLargeError';
}
export class UnsupportedMediaTypeError extends ApiError {
  override name = 'UnsupportedMediaTypeError';
}
export class UnprocessableError extends ApiError {
  override name = 'UnprocessableError';
}
export class RateLimitError extends ApiError {
  override name = 'RateLimitError';
}
export class ServerError extends ApiError {
  override name = 'ServerError';
}

const BY_STATUS: Record<number, typeof ApiError> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  413: PayloadTooLargeError,
  415: UnsupportedMediaTypeError,
  422: UnprocessableError,
  429: RateLimitError,
};

/** Problem details as they may arrive: a proxy in between may answer with less. */
interface ProblemBody {
  code?: string;
  detail?: string;
  request_id?: string;
  errors?: LaurelErrorDetail[];
}

/** The typed error of an answer whose status is not 2xx. Reads the body. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const problem = await response.json().catch(() => ({}));
  return typedError(response.status, problem as ProblemBody, response.headers.get('x-request-id') ?? '');
}

/** The same of an answer that had begun well, and ended in problem details. */
export const apiErrorWithin = (problem: ProblemBody & { status: number }): ApiError =>
  typedError(problem.status, problem, '');

function typedError(status: number, problem: ProblemBody, requestId: string): ApiError {
  const ErrorClass = BY_STATUS[status] ?? (status >= 500 ? ServerError : ApiError);
  return new ErrorClass(status, problem, requestId);
}
