import type { ApiDocument, Method, Operation } from './describe-problems.ts';

const text = (description: string, example: string) => ({ description, schema: { type: 'string' as const }, example });

const headers = {
  RetryAfter: text('Seconds until it makes sense to ask again.', '2'),
  RateLimitPolicy: text('Requests that the project may send (`q`) in `w` seconds.', '"requests";q=60000;w=60'),
  RateLimit: text('Requests that are left (`r`), and the seconds until all are back (`t`).', '"requests";r=59999;t=1'),
  ETag: text('A hash of the answer, for `If-None-Match` and `If-Match`.', '"0f343b0931126a20f133d67c2b018a3b"'),
  IdempotentReplayed: text('`true` where the Idempotency-Key came before.', 'true'),
  PreferenceApplied: text('How long was waited at most.', 'wait=10'),
};
type Header = keyof typeof headers;

const parameters = {
  IfNoneMatch: {
    name: 'if-none-match',
    in: 'header' as const,
    description: 'The ETag of what is there already: 304 while that is what would be answered.',
    schema: { type: 'string' as const },
  },
};

/** Headers of the answers of an operation that went well. */
function headersOf(method: Method, operation: Operation): Partial<Record<string, Header>> {
  const { security = [], parameters: taken = [] } = operation;
  const takes = (header: string) => taken.some((one) => 'name' in one && one.name === header);
  return {
    ...(security.some((scheme) => 'apiKey' in scheme) && {
      'RateLimit-Policy': 'RateLimitPolicy',
      RateLimit: 'RateLimit',
    }),
    ...(method === 'get' && isJson(operation) && { ETag: 'ETag' }),
    ...(takes('idempotency-key') && { 'Idempotent-Replayed': 'IdempotentReplayed' }),
    ...(takes('prefer') && { 'Preference-Applied': 'PreferenceApplied' }),
  };
}

const isJson = ({ responses }: Operation): boolean => 'application/json' in (responses?.['200']?.content ?? {});

const refer = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** Adds the headers that middleware gives to answers and takes from requests, and 304. */
export function describeHeaders(document: ApiDocument): ApiDocument {
  for (const item of Object.values(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item) as [Method, Operation][]) {
      const added = Object.entries(headersOf(method, operation)).map(([name, header]) => [
        name,
        refer('headers', header ?? ''),
      ]);
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        if (status.startsWith('2') && added.length > 0)
          response.headers = { ...response.headers, ...Object.fromEntries(added) };
      }
      if (method !== 'get' || !isJson(operation)) continue;
      operation.parameters = [...(operation.parameters ?? []), refer('parameters', 'IfNoneMatch')];
      operation.responses = { ...operation.responses, 304: refer('responses', 'NotModified') };
    }
  }
  const NotModified = { description: 'It is what `If-None-Match` names.', headers: { ETag: refer('headers', 'ETag') } };
  const { components = {} } = document;
  return {
    ...document,
    components: {
      ...components,
      headers,
      parameters: { ...components.parameters, ...parameters },
      responses: { ...components.responses, NotModified },
    },
  };
}
