import { z } from 'zod';

/** RFC 9457 problem details, with Laurel's `code`, `request_id` and `errors`. */
export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string().optional(),
  code: z.string(),
  request_id: z.string(),
  errors: z
    .array(
      z.object({
        /** RFC 6901 pointer to the member, within the line if one is named. */
        pointer: z.string(),
        /** Line of a JSON Lines body, from 1. */
        line: z.number().int().optional(),
        code: z.string(),
        detail: z.string(),
      }),
    )
    .optional(),
});
export type ProblemDetails = z.infer<typeof problemDetails>;
export type ProblemError = NonNullable<ProblemDetails['errors']>[number];

/** An error that a caller is meant to read; the API answers it as problem details, unchanged. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: ProblemError[] | undefined;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: ProblemError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.status = status;
    this.code = code;
    this.errors = more.errors;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
