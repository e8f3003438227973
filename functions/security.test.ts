import type { Launch } from '@laurel/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeApi } from './openapi.ts';
import { createJob, launchJob, nextWorker, pretrain, trainModel, upload } from './testing/fixtures.ts';
import { createTestApi, type TestApi } from './testing/test-api.ts';
import { scope } from './use-cases/keys/scopes.ts';

interface Operation {
  name: string;
  method: string;
  path: string;
  apiKey?: string[];
  workerToken?: string[];
}

/** All that the OpenAPI document names: a new route is in these tests from its first day. */
const operations: Operation[] = Object.entries(describeApi().paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, { operationId: string; security?: object[] }>).map(
    ([method, { operationId, security }]) => ({
      name: operationId,
      method: method.toUpperCase(),
      path,
      ...Object.assign({}, ...(security ?? [])),
    }),
  ),
);
const open = operations.filter(({ apiKey, workerToken }) => !apiKey && !workerToken);
const keyed = operations.filter(({ apiKey }) => apiKey);
/** Whose path or body names one. */
const ofOneObject = keyed.filter(({ path }) => path.includes('{id}') || /^\/(openai|cohere)/.test(path));
const ofWorkers = operations.filter(({ workerToken }) => workerToken);

let api: TestApi;
/** An object of my project for each part of the path that stands before an id. */
let mine: Record<string, string>;
/** Two jobs that wait for their workers, and one that is wanted of another worker by now. */
let launch: Launch;
let otherLaunch: Launch;
let lostLaunch: Launch;
/** Bodies that would be taken, so that nothing but the project can be what is refused. */
let bodies: Record<string, unknown>;

beforeAll(async () => {
  api = await createTestApi();
  const dataset = await upload(api, 'text');
  const version = await trainModel(api, pretrain(dataset) as never, 'base');
  const read = async (path: string) => (await api.call('GET', path)).json();
  const make = async (path: string, json: unknown) => (await api.call('POST', path, { json })).json();
  const launchNext = async () => (await launchJob(api, pretrain(dataset))).worker.launch;
  lostLaunch = await launchNext();
  api.clock.nowMs += api.context.startWithinMs;
  await nextWorker(api);
  launch = await launchNext();
  otherLaunch = await launchNext();
  mine = {
    projects: api.projects.mine,
    keys: (await make('/v1/keys', { name: 'k', scopes: ['score'] })).id,
    datasets: dataset,
    pipelines: await makePipeline(version),
    jobs: (await (await createJob(api, pretrain(dataset))).json()).id,
    models: (await read(`/v1/model-versions/${version}`)).model,
    'model-versions': version,
    'model-uploads': (await make('/v1/model-uploads', undefined)).id,
    endpoints: (await make('/v1/endpoints', { name: 'e', model_version: version })).id,
  };
  bodies = {
    'endpoints.publish': { model_version: version },
    'endpoints.score': { items: [{ prompt: 'P', completions: ['a'] }] },
    'endpoints.generate': { prompts: ['P'] },
    'endpoints.compare': { items: [{ prompt: 'P', a: 'a', b: 'b' }] },
    'endpoints.rerank': { prompt: 'P', completions: ['a'] },
    'endpoints.bestOfN': { policy: 'e', prompts: ['P'] },
    'endpoints.explain': { prompt: 'P', completion: 'a' },
    'endpoints.route': { live: 1 },
    'openai.chatCompletions': { model: 'e', messages: [{ role: 'user', content: 'P' }] },
    'openai.completions': { model: 'e', prompt: 'P' },
    'cohere.rerank': { model: 'e', query: 'P', documents: ['a'] },
    'tei.rerank': { query: 'P', texts: ['a'] },
    'openrlhf.getReward': { query: ['Pa'], prompts: ['P'] },
  };
}, 60_000);
afterAll(() => api.close());

async function makePipeline(base: string): Promise<string> {
  const [demonstrations, comparisons] = [await upload(api, 'demonstrations'), await upload(api, 'comparisons')];
  const json = { name: 'p', base, demonstrations, comparisons, held_out: demonstrations };
  const headers = { 'idempotency-key': crypto.randomUUID() };
  return (await (await api.call('POST', '/v1/pipelines', { json, headers })).json()).id;
}

const secretOf = async (json: object): Promise<string> =>
  (await (await api.call('POST', '/v1/keys', { json: { name: 'k', ...json } })).json()).secret;

/** Calls an operation on my object; below other paths than `/v1` it is an endpoint. */
function call({ name, method, path }: Operation, key: string) {
  const [, first = '', second = ''] = path.split('/');
  const kind = first === 'v1' ? second : 'endpoints';
  const id = mine[kind];
  if (path.includes('{id}') && !id) throw new Error(`This test needs an object of ${kind}.`);
  const json = bodies[name];
  return api.call(method, path.replace('{id}', id ?? ''), { key, ...(json !== undefined && { json }) });
}

async function expectProblem(answer: Response, status: number, code: string) {
  expect(await answer.json()).toMatchObject({ status, code });
  expect(answer.status).toBe(status);
}

test('health alone is open to everybody', () => {
  expect(open.map(({ name }) => name)).toEqual(['health.get']);
});

describe.each(keyed)('$name', (operation) => {
  test('refuses no key, unknown keys, and those of workers', async () => {
    for (const key of ['', 'lk_unknown', `lw_1_${'x'.repeat(43)}`]) {
      await expectProblem(await call(operation, key), 401, 'unauthenticated');
    }
  });

  test('refuses a key that has all scopes but its own', async () => {
    const [needed] = operation.apiKey ?? [];
    const scopes = scope.options.filter((other) => other !== needed && other !== 'admin');
    await expectProblem(await call(operation, await secretOf({ scopes })), 403, 'missing_scope');
  });

  test('refuses a key that has expired, and one that was revoked', async () => {
    const over = await secretOf({ scopes: ['admin'], expires_at: new Date(api.clock.nowMs + 1).toISOString() });
    api.clock.nowMs += 1;
    await expectProblem(await call(operation, over), 401, 'unauthenticated');
    const { id, secret } = await (
      await api.call('POST', '/v1/keys', { json: { name: 'k', scopes: ['admin'] } })
    ).json();
    await api.call('DELETE', `/v1/keys/${id}`);
    await expectProblem(await call(operation, secret), 401, 'unauthenticated');
  });
});

test.each(ofOneObject)("$name does not know another project's object", async (operation) => {
  await expectProblem(await call(operation, api.keys.others), 404, 'not_found');
});

test.each(keyed.filter(({ name }) => name.endsWith('.list')))('$name shows another project nothing', async (list) => {
  const shown = await (await call(list, api.keys.others)).text();
  for (const id of Object.values(mine)) expect(shown).not.toContain(id);
});

test.each(ofWorkers)("$name refuses all but the job's own token", async ({ method, path }) => {
  const unknown = `lw_1_${'x'.repeat(43)}`;
  for (const key of ['', api.keys.mine, api.keys.others, unknown, otherLaunch.token]) {
    const answer = await api.call(method, path.replace('{id}', launch.jobId), { key });
    await expectProblem(answer, 401, 'unauthenticated');
  }
});

test.each(ofWorkers)('$name refuses the token of an attempt that is over', async ({ method, path }) => {
  const answer = await api.call(method, path.replace('{id}', lostLaunch.jobId), { key: lostLaunch.token });
  await expectProblem(answer, 409, 'stale_attempt');
});
