import { Problem, problemDetails } from '@laurel/contracts';

/** A model that cannot be served is for the caller as well, who can have another one published. */
const MODEL_CODES: readonly (string | undefined)[] = ['model_damaged', 'model_not_found'];

/** What the engine objects to is for the caller, unless it objects to how this API asked. */
export function asProblem(status: number, text: string, retryAfter: string | undefined): Error {
  const parsed = problemDetails.partial().safeParse(parsedOrNull(text));
  const { code, detail, errors } = parsed.data ?? {};
  const isForCaller = [409, 422, 503].includes(status) || MODEL_CODES.includes(code);
  if (!isForCaller || !code || !detail) {
    return new Error(`The scoring engine answered ${status}: ${code ?? ''} ${detail ?? ''}`);
  }
  const retryAfterSeconds = Number(retryAfter);
  return new Problem(status, code, detail, {
    ...(errors && { errors }),
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
