import { fileURLToPath } from 'node:url';
import type { Pools } from './make-world.ts';

/** How often a value that names something is one that exists. */
const SHARE_OF_EXISTING = 0.85;

/** Of these no other ever stands there: webhooks would call it. */
const ALWAYS = 'receivers';

type Bindings = Record<string, string>;

const asking: Bindings = { 'header.x-timeout-ms': 'timeouts' };

const bodiesOfJobs: Bindings = {
  'body.dataset': 'datasets',
  'body.reference_dataset': 'demonstrations',
  'body.demonstrations': 'demonstrations',
  'body.held_out': 'demonstrations',
  'body.prompts': 'demonstrations',
  'body.comparisons': 'comparisons',
  'body.held_out_comparisons': 'comparisons',
  'body.base': 'versions',
  'body.parent': 'versions',
  'body.policy': 'versions',
  'body.reward_model': 'versions',
  'body.reference_policy': 'versions',
};

/** Which pool a value is from, by the operation's path and by where the value stands. The first that fits counts. */
const BINDINGS: [path: RegExp, values: Bindings][] = [
  [/^\/v1\/keys/, { 'path.id': 'spareKeys' }],
  [/^\/v1\/organisations/, { 'path.id': 'organisations' }],
  [/^\/v1\/projects\/{id}\/quota/, { 'path.id': 'otherProjects' }],
  [/^\/v1\/projects/, { 'path.id': 'projects' }],
  [/^\/v1\/dataset-deletions/, { 'path.id': 'deletions' }],
  [/^\/v1\/datasets\/{id}$/, { 'path.id': 'spareDatasets' }],
  [/^\/v1\/datasets/, { 'path.id': 'datasets' }],
  [
    /^\/v1\/dataset-uploads/,
    {
      'path.id': 'datasetUploads',
      'path.number': 'partNumbers',
      'query.expires': 'partExpiries',
      'query.signature': 'partSignatures',
    },
  ],
  [/^\/v1\/jobs\/{id}\/report/, { 'path.id': 'evaluations' }],
  [/^\/v1\/jobs\/{id}\/file/, { 'path.id': 'exports' }],
  [/^\/v1\/(worker\/)?jobs/, { 'path.id': 'jobs', ...bodiesOfJobs }],
  [/^\/v1\/pipelines/, { 'path.id': 'pipelines', ...bodiesOfJobs }],
  [/^\/v1\/model-uploads/, { 'path.id': 'uploads', 'path.name': 'uploadNames' }],
  [
    /^\/v1\/model-versions\/{id}\/comparison/,
    { 'path.id': 'versions', 'path.other': 'versions', 'body.dataset': 'datasets' },
  ],
  [
    /^\/v1\/webhook-endpoints/,
    { 'path.id': 'webhookEndpoints', 'path.delivery': 'deliveries', 'body.url': 'receivers' },
  ],
  [/^\/v1\/model-versions/, { 'path.id': 'versions', 'path.name': 'fileNames' }],
  [/^\/v1\/models/, { 'path.id': 'models', 'path.alias': 'aliases', 'body.model_version': 'versions' }],
  [/^\/v1\/endpoints\/{id}\/generate/, { ...asking, 'path.id': 'writers' }],
  [
    /^\/v1\/endpoints\/{id}\/(score|compare|rerank|explain|best-of-n)/,
    { ...asking, 'path.id': 'judges', 'body.policy': 'writers' },
  ],
  [/^\/v1\/endpoints/, { 'path.id': 'endpoints', 'body.model_version': 'versions' }],
  [/^\/openai/, { ...asking, 'body.model': 'writers' }],
  [/^\/(cohere|tei|openrlhf)/, { ...asking, 'path.id': 'judges', 'body.model': 'judges' }],
];

type Paths = Record<string, Record<string, { operationId: string; tags?: string[] }>>;

/**
 * The text of a `schemathesis.toml`: which checks there are, and where ids come from.
 *
 * @throws {Error} for an operation on an object whose kind no binding knows
 */
export function configurationOf({ paths }: { paths: Paths }, pools: Pools): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).map(({ operationId, tags }) => operationOf(path, operationId, tags)),
  );
  return [
    `hooks = ${text(fileURLToPath(new URL('hooks.py', import.meta.url)))}`,
    'continue-on-failure = true',
    'request-timeout = 300',
    CHECKS,
    ...Object.entries(pools).map(([name, values]) => `[dictionaries.${name}]\nvalues = [${values.map(text)}]\n`),
    ...operations,
  ].join('\n');
}

const text = (value: string | number) => JSON.stringify(value);

function operationOf(path: string, operationId: string, tags: string[] = []): string {
  const bindings = BINDINGS.find(([pattern]) => pattern.test(path))?.[1] ?? {};
  if (path.includes('{id}') && !bindings['path.id'])
    throw new Error(`Say in ${import.meta.url} what ids ${path} takes.`);
  const settings = [
    // A worker's attempt may be over before anything else is looked at.
    ...(tags.includes('worker') ? [`checks.negative_data_rejection.expected-statuses = [${REFUSED}, 409]`] : []),
    // A key is deleted by revoking it, and still shown: what it did is in the audit log.
    ...(operationId.startsWith('keys.') ? ['checks.use_after_free.enabled = false'] : []),
    ...Object.entries(bindings).map(
      ([place, pool]) =>
        `parameters.${text(place)} = { dictionary = ${text(pool)}, probability = ${pool === ALWAYS ? 1 : SHARE_OF_EXISTING} }`,
    ),
  ];
  if (settings.length === 0) return '';
  return ['[[operations]]', `include-operation-id = ${text(operationId)}`, ...settings, ''].join('\n');
}

const REFUSED = '400, 401, 403, 404, 405, 412, 413, 415, 422, 429, 431, 503';

/** All checks are on, but one for keys. 503 and 504 are documented answers of a server that has no room; 507 is not: there is room here. */
const CHECKS = `
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 503, 504]

[checks.negative_data_rejection]
expected-statuses = [${REFUSED}]

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 412, 416, 429, 503]
`;
