import { Problem, problemDetails } from '@laurel/contracts';

/** A model that cannot be served is for the caller as well, who can have another one published. */
const MODEL_CODES: readonly (string | undefined)[] = ['model_damaged', 'model_not_found'];

/** What the engine objects to is for the caller, unless it objects to how this API asked. */
export async function asProblem(response: Response): Promise<Error> {
  const parsed = problemDetails.partial().safeParse(await response.json().catch(() => null));
  const { code, detail, errors } = parsed.data ?? {};
  const isForCaller = [409, 422, 503].includes(response.status) || MODEL_CODES.includes(code);
  if (!isForCaller || !code || !detail) {
    return new Error(`The scoring engine answered ${response.status}: ${code ?? ''} ${detail ?? ''}`);
  }
  const retryAfterSeconds = Number(response.headers.get('retry-after'));
  return new Problem(response.status, code, detail, {
    ...(errors && { errors }),
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}
