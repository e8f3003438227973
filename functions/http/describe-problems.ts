import type { OpenAPIHono } from '@hono/zod-openapi';
import { problemDetails } from '@laurel/contracts';
import { named } from './named.ts';

export type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
type PathItem = NonNullable<ApiDocument['paths']>[string];
export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
export type Operation = NonNullable<PathItem[Method]>;

const MEDIA_TYPE = 'application/problem+json';

/** A response of a route: a problem (RFC 9457) that no other route has in this sense. `describeProblems` knows those that many have. */
export const problem = (description: string) => ({
  description,
  content: { [MEDIA_TYPE]: { schema: named(problemDetails, 'Problem') } },
});

const shared = {
  400: ['Malformed', 'The request cannot be read.'],
  401: ['Unauthenticated', 'There is no key, or it is unknown, revoked or over.'],
  403: [
    'Forbidden',
    'The key lacks the scope of this operation, or would give more than it has; or the storage of the project is used up.',
  ],
  404: ['NotFound', 'There is no such object in this project.'],
  409: [
    'Conflict',
    'A request with this Idempotency-Key is still running; of a worker: its attempt at the job is over.',
  ],
  412: ['PreconditionFailed', 'The object is not what `If-Match` names: somebody has changed it.'],
  413: ['TooLarge', 'The body, or what it expands to, is too large.'],
  415: ['UnsupportedMediaType', 'The body has a content type or an encoding that is not taken here.'],
  422: ['Invalid', 'The request can be read, and is not as it should be; `errors` names the places.'],
  429: ['TooManyRequests', 'The caller has used up a limit; `Retry-After` says when to try again.'],
  431: ['HeadersTooLarge', 'The headers, or the address, are too large.'],
  500: ['InternalError', 'Something went wrong on the server; the request id finds it in its log.'],
  503: ['Unavailable', 'The server has no room for the request now; `Retry-After` says when to try again.'],
  504: ['TookTooLong', 'There was no answer in time.'],
  507: ['StorageFull', 'The server has no room left to store this; nothing was kept of it.'],
} as const;
type Status = keyof typeof shared;

const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
const retryAfter = { 'Retry-After': header('RetryAfter') };
const headers = {
  TooManyRequests: { ...retryAfter, 'RateLimit-Policy': header('RateLimitPolicy'), RateLimit: header('RateLimit') },
  Unavailable: retryAfter,
};

/** What an operation may refuse by what it demands and takes. */
function problemsOf(
  path: string,
  method: Method,
  { security = [], requestBody, parameters = [] }: Operation,
): Status[] {
  const schemes = security.flatMap((scheme) => Object.keys(scheme));
  const statuses: Status[] = [400, 422, 429, 431, 500, 503, 504];
  if (schemes.includes('apiKey')) statuses.push(401, 403, ...(path.includes('{id}') ? [404 as const] : []));
  if (schemes.includes('workerToken')) statuses.push(401, 409);
  if (method !== 'get') statuses.push(413, 507);
  if (requestBody) statuses.push(415);
  const takes = (header: string) => parameters.some((one) => 'name' in one && one.name === header);
  if (takes('idempotency-key')) statuses.push(409);
  if (takes('if-match')) statuses.push(412);
  return statuses;
}

/** Adds to every operation what it may refuse, in as far as the operation does not say so itself. */
export function describeProblems(document: ApiDocument): ApiDocument {
  const responses = Object.values(shared).map(([name, description]) => [
    name,
    {
      description,
      ...(name in headers && { headers: headers[name as keyof typeof headers] }),
      content: { [MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]);
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item) as [Method, Operation][]) {
      for (const status of problemsOf(path, method, operation)) {
        operation.responses = {
          [status]: { $ref: `#/components/responses/${shared[status][0]}` },
          ...operation.responses,
        };
      }
    }
  }
  return { ...document, components: { ...document.components, responses: Object.fromEntries(responses) } };
}
