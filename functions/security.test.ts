import { type IdPrefix, newId } from '@laurel/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeApi } from './openapi.ts';
import { acceptedRequests, type Ids } from './testing/accepted-requests.ts';
import { createJob, launchJob, nextWorker, pretrain, trainModel, upload } from './testing/fixtures.ts';
import { createTestApi, type TestApi } from './testing/test-api.ts';
import { LEASE_SECONDS } from './use-cases/jobs/lease.ts';
import { sweep } from './use-cases/jobs/sweep.ts';
import { allows, type Scope, scope } from './use-cases/keys/scopes.ts';

interface Operation {
  name: string;
  method: string;
  path: string;
  apiKey?: string[];
  workerToken?: string[];
  /** Whether it takes anything besides the id in its path. */
  isDescribed: boolean;
  /** What its answers are said to be. */
  statuses: string[];
}

interface Described {
  operationId: string;
  security?: object[];
  requestBody?: object;
  parameters?: { in: string; name: string; required?: boolean }[];
  responses: object;
}

/** All that the OpenAPI document names: a new route is in these tests from its first day. */
const operations: Operation[] = Object.entries(describeApi().paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Described>).map(([method, described]) => ({
    name: described.operationId,
    method: method.toUpperCase(),
    path,
    isDescribed:
      described.requestBody !== undefined ||
      (described.parameters ?? []).some((each) => each.required && !(each.in === 'path' && each.name === 'id')),
    statuses: Object.keys(described.responses),
    ...Object.assign({}, ...(described.security ?? [])),
  })),
);
const open = operations.filter(({ apiKey, workerToken }) => !apiKey && !workerToken);
const keyed = operations.filter(({ apiKey }) => apiKey);
const ofWorkers = operations.filter(({ workerToken }) => workerToken);

let api: TestApi;
let mine: Ids;
/** Calls that were answered as they should be, by case. */
const counts: Record<string, number> = {};

beforeAll(async () => {
  api = await createTestApi();
  const datasets = await upload(api, 'text');
  const [demonstrations, comparisons] = [await upload(api, 'demonstrations'), await upload(api, 'comparisons')];
  const base = await trainModel(api, pretrain(datasets) as never, 'base');
  const rewardModel = { type: 'reward_model', output_model: 'r', parent: base, dataset: comparisons };
  const reward = await trainModel(api, { ...rewardModel, reference_dataset: demonstrations } as never, 'reward_model');
  const make = async (path: string, json?: unknown, headers: Record<string, string> = {}) => {
    const answer = await api.call('POST', path, { headers, ...(json !== undefined && { json }) });
    expect(answer.status, await answer.clone().text()).toBeLessThan(300);
    return (await answer.json()).id as string;
  };
  const deletion = async () =>
    (await (await api.call('DELETE', `/v1/datasets/${await upload(api, 'text')}`)).json()).id;
  const pipeline = { name: 'p', base, demonstrations, comparisons, held_out: demonstrations };
  const webhookEndpoint = await make('/v1/webhook-endpoints', { url: 'https://127.0.0.1/' });
  mine = {
    organisations: (await (await api.call('GET', `/v1/projects/${api.projects.mine}`)).json()).organisation,
    projects: api.projects.mine,
    keys: await make('/v1/keys', { name: 'k', scopes: ['score'] }),
    datasets,
    demonstrations,
    comparisons,
    rewardVersion: reward,
    jobs: (await (await createJob(api, pretrain(datasets))).json()).id,
    pipelines: await make('/v1/pipelines', pipeline, { 'idempotency-key': 'p' }),
    models: (await (await api.call('GET', `/v1/model-versions/${base}`)).json()).model,
    'model-versions': base,
    'model-uploads': await make('/v1/model-uploads'),
    'dataset-deletions': await deletion(),
    'dataset-uploads': await make('/v1/dataset-uploads', { kind: 'text', name: 'd', size_bytes: 1 }),
    endpoints: await make('/v1/endpoints', { name: 'a-policy', model_version: base }),
    policyName: 'a-policy',
    rewardEndpoint: await make('/v1/endpoints', { name: 'a-judge', model_version: reward }),
    rewardName: 'a-judge',
    'webhook-endpoints': webhookEndpoint,
    webhookDelivery: await make(`/v1/webhook-endpoints/${webhookEndpoint}/test`),
  };
  const production = { model_version: base, reason: 'r' };
  await api.call('PUT', `/v1/models/${mine.models}/aliases/production`, { json: production });
}, 60_000);

afterAll(async () => {
  console.log(
    `${operations.length} operations (${keyed.length} with keys, ${ofWorkers.length} of workers, ${open.length} open); calls: ` +
      Object.entries(counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
  );
  await api.close();
});

/** The same kinds of ids, of objects that there never were. */
const never = (): Ids =>
  Object.fromEntries(
    Object.entries(mine).map(([kind, id]) => [
      kind,
      kind.endsWith('Name') ? `no-${id}` : newId(id.split('_')[0] as IdPrefix),
    ]),
  ) as unknown as Ids;

/** Calls an operation on the objects with these ids. */
async function call({ name, method, path, isDescribed, statuses }: Operation, ids: Ids, authorization: string) {
  const request = acceptedRequests[name];
  if (!request && isDescribed) throw new Error(`Say in testing/accepted-requests.ts what ${name} takes.`);
  const { query = '', parameters = {}, headers, ...rest } = request?.(ids) ?? {};
  const kind = /([^/]+)\/\{id\}/.exec(path)?.[1] as keyof Ids;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = parameters[parameter] ?? (parameter === 'id' ? ids[kind] : undefined);
    if (value === undefined) throw new Error(`Say in testing/accepted-requests.ts what ${parameter} of ${name} is.`);
    return value;
  });
  const answer = await api.call(method, `${filled}${query}`, {
    key: '',
    headers: { ...headers, authorization },
    ...rest,
  });
  expect(statuses, name).toContain(String(answer.status));
  return answer;
}

/** A project of the same organisation, which knows that one and lacks what only a key of it may do; and another organisation. */
const strangersTo = ({ name, apiKey }: Operation): ('others' | 'foreign')[] =>
  name === 'organisations.get' || apiKey?.includes('organisation:admin') ? ['foreign'] : ['others', 'foreign'];

const bearer = (secret: string) => `Bearer ${secret}`;

const newKey = async (json: object): Promise<{ id: string; secret: string }> =>
  (await api.call('POST', '/v1/keys', { json: { name: 'k', ...json } })).json();

async function expectProblem(answer: Response, status: number, code: string, counted: string) {
  expect(await answer.json()).toMatchObject({ status, code, request_id: answer.headers.get('x-request-id') });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
  count(counted);
}

function count(name: string) {
  counts[name] = (counts[name] ?? 0) + 1;
}

test('health alone is open to everybody, and what its own address opens', () => {
  expect(open.map(({ name }) => name)).toEqual(['health.get', 'datasetUploads.putPart']);
});

describe.each(keyed)('$name', (operation) => {
  const [needed] = operation.apiKey ?? [];

  test('refuses no key, unknown keys, other schemes and the tokens of workers', async () => {
    const worker = bearer(`lw_${'x'.repeat(43)}`);
    for (const authorization of ['', bearer(''), bearer('lk_unknown'), `Basic ${btoa(api.keys.mine)}`, worker]) {
      await expectProblem(await call(operation, mine, authorization), 401, 'unauthenticated', 'no key');
    }
  });

  test('refuses a key that has another scope alone', async () => {
    for (const other of scope.options.filter((each) => !allows([each], needed as Scope))) {
      const { secret } = await newKey({ scopes: [other] });
      await expectProblem(await call(operation, mine, bearer(secret)), 403, 'missing_scope', 'wrong scope');
    }
  });

  test('refuses a key that has expired, and one that was revoked', async () => {
    const over = await newKey({ scopes: ['admin'], expires_at: new Date(api.clock.nowMs + 1).toISOString() });
    api.clock.nowMs += 1;
    await expectProblem(await call(operation, mine, bearer(over.secret)), 401, 'unauthenticated', 'expired key');
    const revoked = await newKey({ scopes: ['admin'] });
    await api.call('DELETE', `/v1/keys/${revoked.id}`);
    await expectProblem(await call(operation, mine, bearer(revoked.secret)), 401, 'unauthenticated', 'revoked key');
  });

  test.each(strangersTo(operation))(
    "answers %s about another's objects as about those that there never were",
    async (stranger) => {
      const unknown = never();
      const key = bearer(api.keys[stranger]);
      const [foreign, nobodys] = [await call(operation, mine, key), await call(operation, unknown, key)];
      const isRefused = foreign.status >= 300;
      const text = await foreign.text();
      expect(foreign.status).toBe(operation.path.includes('{id}') ? 404 : nobodys.status);
      expect([...foreign.headers.keys()]).toEqual([...nobodys.headers.keys()]);
      expect(isRefused ? anonymous(text, mine) : '').toBe(isRefused ? anonymous(await nobodys.text(), unknown) : '');
      const { organisations, ...ofMyProject } = mine;
      const hidden = Object.values(stranger === 'others' ? ofMyProject : { organisations, ...ofMyProject });
      expect(hidden.filter((id) => !isRefused && text.includes(id))).toEqual([]);
      count(stranger === 'others' ? 'foreign project' : 'foreign organisation');
    },
  );
});

/** An answer without what tells a request from another: whose ids it names, and its own. */
const anonymous = (answer: string, ids: Ids): string =>
  Object.entries(ids)
    .reduce((text, [kind, id]) => text.replaceAll(id, kind), answer)
    .replaceAll(/req_\w+/g, 'req');

describe('the routes of workers', () => {
  type Worker = Awaited<ReturnType<typeof nextWorker>>;
  const madeUp = `lw_${'x'.repeat(43)}`;
  const newWorker = async (): Promise<Worker> => (await launchJob(api, pretrain(mine.datasets))).worker;
  const expectRefused = async (jobs: string, token: string, counted: string) => {
    for (const operation of ofWorkers) {
      await expectProblem(await call(operation, { ...mine, jobs }, bearer(token)), 401, 'unauthenticated', counted);
    }
  };
  /** Refuses its own token, and a made-up one, as it would for a job that is not there. */
  const expectOver = async ({ launch }: Worker, counted: string) => {
    for (const token of [launch.token, madeUp]) await expectRefused(launch.jobId, token, counted);
  };

  test("refuse all but the job's own token", async () => {
    const [{ launch: own }, { launch: other }] = [await newWorker(), await newWorker()];
    for (const token of ['', api.keys.mine, api.keys.others, madeUp, other.token]) {
      await expectRefused(own.jobId, token, 'foreign worker token');
    }
    await expectRefused(newId('job'), own.token, 'foreign worker token');
  });

  test('refuse the token of an attempt that another one follows', async () => {
    const lost = await newWorker();
    api.clock.nowMs += api.context.startWithinMs;
    while ((await nextWorker(api)).launch.jobId !== lost.launch.jobId); // others wait as well
    await expectOver(lost, 'expired worker token');
  });

  test('refuse the token once its lease is lost', async () => {
    const silent = await newWorker();
    await silent('claim');
    api.clock.nowMs += 2 * LEASE_SECONDS * 1000;
    await sweep(api.context);
    await expectOver(silent, 'expired worker token');
  });

  test('refuse the token once the job has ended', async () => {
    const done = await newWorker();
    await done('claim');
    await done('fail', { code: 'c', detail: 'd', retryable: false });
    await expectOver(done, 'worker token of an ended job');
  });
});

/** They find the objects of this test in a state that does not go with them, which only who is let in is told. */
const wantAnotherState = [
  'datasets.delete',
  'datasetUploads.complete',
  'jobs.cancel',
  'jobs.file',
  'jobs.pause',
  'jobs.report',
  'jobs.resume',
];

/** Of those that end their object, the last: what is asked of them is to let their caller in. */
const order = (method: string) => ['GET', 'PUT', 'PATCH', 'POST', 'DELETE'].indexOf(method);

test.each(keyed.toSorted((a, b) => order(a.method) - order(b.method)))(
  '$name lets in a key that has its scope alone, so that nothing else was refused above',
  async (operation) => {
    const { secret } = await newKey({ scopes: operation.apiKey });
    const answer = await call(operation, mine, bearer(secret));
    const isLetIn = answer.status < 300 || (answer.status === 409 && wantAnotherState.includes(operation.name));
    expect(isLetIn, `${answer.status}: ${await answer.clone().text()}`).toBe(true);
    count('let in');
  },
);
