import type { ProblemDetails } from '@laurel/contracts';

type Form = (problem: ProblemDetails) => Record<string, unknown>;

/** Where other services' clients look for what went wrong; below these paths their own members stand beside those of RFC 9457. */
const FORMS: readonly [prefix: string, form: Form][] = [
  [
    '/openai/',
    ({ status, code, detail, errors }) => ({
      error: { message: detail, type: openaiType(status), param: errors?.[0]?.pointer ?? null, code },
    }),
  ],
  ['/cohere/', ({ detail }) => ({ message: detail })],
  ['/tei/', ({ status, detail }) => ({ error: detail, error_type: status === 422 ? 'validation' : 'backend' })],
];

/** A problem as the client reads it that called this path. */
export function asClientsRead(problem: ProblemDetails): ProblemDetails {
  const form = FORMS.find(([prefix]) => problem.instance?.startsWith(prefix))?.[1];
  return form ? { ...problem, ...form(problem) } : problem;
}

function openaiType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
