import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let dataset: string;
let demonstrations: string;
/** Two versions of the model `base`, and one of another. */
let first: string;
let second: string;
let other: string;

const read = async (path: string) => (await api.call('GET', path)).json();
const move = async (alias: string, model_version: string | null, reason = 'because', key = api.keys.mine) =>
  (await api.call('PUT', `/v1/models/base/aliases/${alias}`, { key, json: { model_version, reason } })).json();

beforeAll(async () => {
  api = await createTestApi();
  dataset = await upload(api, 'text');
  demonstrations = await upload(api, 'demonstrations');
  const spec = pretrain(dataset);
  first = await trainModel(api, spec, 'base');
  second = await trainModel(api, spec, 'base');
  other = await trainModel(api, { ...spec, output_model: 'other' }, 'base');
}, 60_000);
afterAll(() => api.close());

beforeEach(async () => {
  await move('production', first, 'each test begins here');
});

test('an alias stands for the version that it was moved to last, and tells what it stood for before', async () => {
  const before = (await read('/v1/models/base/aliases/production/history')).data.length;
  expect(await move('production', second, 'better on held-out posts')).toMatchObject({
    alias: 'production',
    model_version: second,
    reason: 'better on held-out posts',
  });
  expect(await read('/v1/model-versions/base@production')).toMatchObject({ id: second });
  expect((await read('/v1/models/base/aliases')).data).toMatchObject([{ alias: 'production', model_version: second }]);

  const newest = await read('/v1/models/base/aliases/production/history?limit=1');
  expect(newest).toMatchObject({ data: [{ model_version: second, number: before + 1 }], has_more: true });
  const older = await read(`/v1/models/base/aliases/production/history?limit=1&after=${newest.last_id}`);
  expect(older.data).toMatchObject([{ model_version: first, number: before }]);
});

test('the same request again changes nothing', async () => {
  const moved = await move('production', second, 'once');
  expect(await move('production', second, 'once')).toEqual(moved);
});

test('an alias may follow another one of its model', async () => {
  await move('staging', second);
  expect(await move('production', 'base@staging')).toMatchObject({ model_version: second });
});

test('an alias that is taken away stands for nothing, and its history stays', async () => {
  await move('canary', second);
  expect(await move('canary', null, 'it was worse')).toMatchObject({ model_version: null, reason: 'it was worse' });
  expect(await read('/v1/model-versions/base@canary')).toMatchObject({ status: 404, code: 'not_found' });
  const { data } = await read('/v1/models/base/aliases');
  expect(data.map(({ alias }: { alias: string }) => alias)).not.toContain('canary');
  expect((await read('/v1/models/base/aliases/canary/history')).data).toHaveLength(2);
});

describe('taken for a version', () => {
  const sft = (parent: string) => ({ type: 'sft', output_model: 'sft', parent, dataset: demonstrations });

  test('by a job, which keeps the version that it stood for', async () => {
    const { id } = await (await createJob(api, sft('base@production'))).json();
    await move('production', second);
    expect((await read(`/v1/jobs/${id}`)).spec).toMatchObject({ parent: first });
  });

  test('by a job with the same Idempotency-Key, which is the same job whatever the alias stands for by now', async () => {
    const job = await (await createJob(api, sft('base@production'), 'again')).json();
    await move('production', second);
    expect(await (await createJob(api, sft('base@production'), 'again')).json()).toEqual(job);
  });

  test('within lists and deeper in a spec', async () => {
    const source = { type: 'model_version', model_version: 'base@production' };
    const { spec } = await (await createJob(api, { type: 'export', source })).json();
    expect(spec.source).toEqual({ ...source, model_version: first });
  });

  test('by an estimate', async () => {
    const answer = await api.call('POST', '/v1/job-estimates', { json: sft('base@production') });
    expect(answer.status).toBe(200);
  });

  test('by a pipeline, whose restart begins with the same', async () => {
    const comparisons = await upload(api, 'comparisons');
    const json = { name: 'p', base: 'base@production', demonstrations, comparisons, held_out: demonstrations };
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const { id, spec } = await (await api.call('POST', '/v1/pipelines', { json, headers })).json();
    expect(spec).toMatchObject({ base: first });
    await move('production', second);
    expect((await api.call('POST', `/v1/pipelines/${id}/cancel`)).status).toBe(202);
    const restarted = await api.call('POST', `/v1/pipelines/${id}/restart`);
    expect(restarted.status).toBe(202);
    const { stages } = await restarted.json();
    expect((await read(`/v1/jobs/${stages[0].job}`)).spec).toMatchObject({ parent: first });
  });

  test('by an endpoint and its next version', async () => {
    await api.call('POST', '/v1/endpoints', { json: { name: 'writer', model_version: 'base@production' } });
    await move('production', second);
    await api.call('POST', '/v1/endpoints/writer/versions', { json: { model_version: 'base@production' } });
    const { data } = await read('/v1/endpoints/writer/versions');
    expect(data.map((version: { model_version: string }) => version.model_version)).toEqual([second, first]);
  });
});

test.each(['base@nothing', 'none@production', 'base@production@production', 'other@production'])(
  '%s stands for nothing, and a job says so',
  async (parent) => {
    expect(await read(`/v1/model-versions/${parent}`)).toMatchObject({ status: 404 });
    const spec = { type: 'sft', output_model: 'sft', parent, dataset: demonstrations };
    expect(await (await createJob(api, spec)).json()).toMatchObject({ status: 422, errors: [{ pointer: '/parent' }] });
  },
);

test.each([
  ['a version of another model', () => other, 422, 'invalid_inputs'],
  ['a version that does not exist', () => 'mv_none', 422, 'invalid_inputs'],
  ['nothing, which it stood for already', () => null, 404, 'not_found'],
])('an alias cannot come to stand for %s', async (_, version, status, code) => {
  expect(await move('never', version())).toMatchObject({ status, code });
});

test.each(['Production', 'a_b', '-a', 'a'.repeat(64)])('%s is no name of an alias', async (alias) => {
  expect(await move(alias, first)).toMatchObject({ status: 422, errors: [{ pointer: '/alias' }] });
});

test("another project's aliases stand for nothing here", async () => {
  const call = async (method: string, path: string, json?: unknown) =>
    (await api.call(method, path, { key: api.keys.others, ...(json !== undefined && { json }) })).status;
  expect(await call('GET', '/v1/model-versions/base@production')).toBe(404);
  expect(await call('GET', '/v1/models/base/aliases')).toBe(404);
  expect(await call('GET', '/v1/models/base/aliases/production/history')).toBe(404);
  expect(await call('POST', '/v1/endpoints', { name: 'e', model_version: 'base@production' })).toBe(422);
  expect(await move('production', first, 'mine now', api.keys.others)).toMatchObject({ status: 404 });
});

test('a model has a hundred aliases at most', async () => {
  const name = (i: number) =>
    api.call('PUT', `/v1/models/other/aliases/a${i}`, { json: { model_version: other, reason: 'r' } });
  for (let i = 0; i < 100; i++) expect((await name(i)).status).toBe(200);
  expect(await (await name(100)).json()).toMatchObject({ status: 409, code: 'too_many_aliases' });
  expect((await name(7)).status).toBe(200);
});

describe('of a version', () => {
  const annotate = async (json: unknown) => (await api.call('PATCH', `/v1/model-versions/${second}`, { json })).json();

  test('a note and tags can be changed, each by itself, and nothing else', async () => {
    const before = await read(`/v1/model-versions/${second}`);
    expect(before).toMatchObject({ note: null, tags: [] });
    await annotate({ note: 'The one of June.', tags: ['june', 'june', 'for:review'] });
    expect(await annotate({ tags: ['june'] })).toEqual({ ...before, note: 'The one of June.', tags: ['june'] });
    expect(await annotate({ note: null })).toEqual({ ...before, tags: ['june'] });
    expect(await annotate({ tags: [], metrics: {} })).toMatchObject({ status: 422, errors: [{ pointer: '/metrics' }] });
  });

  test('tags find it', async () => {
    await annotate({ tags: ['june', 'best'] });
    const found = async (tags: string) =>
      (await read(`/v1/models/base/versions?tags=${tags}`)).data.map(({ id }: { id: string }) => id);
    expect(await found('june,best')).toEqual([second]);
    expect(await found('june,worst')).toEqual([]);
  });

  test.each([
    [{}, ''],
    [{ note: '' }, '/note'],
    [{ note: 'x'.repeat(10_001) }, '/note'],
    [{ tags: ['a b'] }, '/tags/0'],
    [{ tags: Array.from({ length: 17 }, (_, i) => `t${i}`) }, '/tags'],
  ])('%j is refused', async (json, pointer) => {
    expect(await annotate(json)).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});
