import { type DestinationStream, type Logger, pino } from 'pino';

/** A log in JSON lines that names no secret: neither fields that hold one, nor the values that a query failed with. */
export const createLog = (destination: DestinationStream): Logger =>
  pino(
    {
      redact: ['token', 'secret', '*.token', '*.secret', '*.authorization'],
      serializers: { err: (error: unknown) => describeError(error) },
    },
    destination,
  );

interface DescribedError {
  type: string;
  message: string;
  stack: string | undefined;
  cause?: DescribedError;
}

function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: undefined };
  return {
    type: error.name,
    message: withoutParameters(error.message),
    stack: error.stack && withoutParameters(error.stack),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}

/** drizzle's errors end with the values of the query. */
const withoutParameters = (text: string) => text.replace(/\nparams: .*/, '');
