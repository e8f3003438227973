import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { finishJob, launchJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let texts: string;
let comparisons: string;
let demonstrations: string;
let base: string;
/** Two reward models, the second of which has another learning rate. */
let first: string;
let second: string;

const compare = async (one: string, other: string, key = api.keys.mine) =>
  (await api.call('GET', `/v1/model-versions/${one}/comparison/${other}`, { key })).json();
const compareScores = async (dataset: string, more: object = {}, versions = [first, second], key = api.keys.mine) => {
  const path = `/v1/model-versions/${versions[0]}/comparison/${versions[1]}/scores`;
  return (await api.call('POST', path, { key, json: { dataset, ...more } })).json();
};
const uploadRows = async (kind: string, rows: object[]): Promise<string> => {
  const headers = { 'content-type': 'application/x-ndjson' };
  const body = rows.map((row) => JSON.stringify(row)).join('\n');
  return (await (await api.call('POST', `/v1/datasets?kind=${kind}&name=n`, { headers, body })).json()).id;
};

beforeAll(async () => {
  api = await createTestApi();
  texts = await upload(api, 'text');
  demonstrations = await upload(api, 'demonstrations');
  comparisons = await uploadRows(
    'comparisons',
    Array.from({ length: 40 }, (_, i) => ({
      prompt: `Post ${i}.`,
      chosen: i % 4 ? 'longer' : 'abc',
      rejected: 'four',
    })),
  );
  base = await trainModel(api, pretrain(texts), 'base');
  const train = async (learning_rate: number) => {
    const spec = { type: 'reward_model', output_model: 'reward', parent: base, dataset: comparisons };
    const hyperparameters = { learning_rate };
    const { id, worker } = await launchJob(api, { ...spec, reference_dataset: demonstrations, hyperparameters });
    await worker('claim');
    await worker('events', { events: [{ type: 'settings', data: { learning_rate, epochs: 1 } }] });
    await finishJob(api, worker, 'reward_model');
    return (await (await api.call('GET', `/v1/jobs/${id}`)).json()).model_version as string;
  };
  [first, second] = [await train(1e-4), await train(2e-4)];
  await api.call('PUT', '/v1/models/reward/aliases/production', { json: { model_version: first, reason: 'r' } });
}, 60_000);
afterAll(() => api.close());
afterEach(() => vi.restoreAllMocks());

describe('two versions', () => {
  test('are told apart by metrics, what was asked, and what was in force', async () => {
    const found = await compare('reward@production', second);
    expect(found).toMatchObject({ first, second, config: { data: [], has_more: false } });
    expect(found.metrics).toEqual([
      { name: 'loss', first: 1, second: 1, difference: 0, unit: 'nats a pair', baseline: Math.LN2 },
    ]);
    expect(found.spec.data).toEqual([{ pointer: '/hyperparameters/learning_rate', first: 1e-4, second: 2e-4 }]);
    expect(found.settings.data).toEqual([{ pointer: '/learning_rate', first: 1e-4, second: 2e-4 }]);
  });

  test('of different jobs share no difference of metrics that are other quantities', async () => {
    const { metrics, spec } = await compare(first, base);
    expect(metrics).toMatchObject([{ name: 'loss', first: 1, second: 1, difference: null }]);
    expect(spec.data).toContainEqual({ pointer: '/type', first: 'reward_model', second: 'pretrain' });
    expect(spec.data).toContainEqual({ pointer: '/vocabulary_size', second: 300 });
  });

  test('have to be of this project, both', async () => {
    expect(await compare(first, 'mv_none')).toMatchObject({ status: 404 });
    expect(await compare('mv_none', first)).toMatchObject({ status: 404 });
    expect(await compare(first, second, api.keys.others)).toMatchObject({ status: 404 });
  });
});

describe('the scores of two reward models', () => {
  /** The second model prefers what is short. */
  const opposeSecond = () => {
    const score = api.context.serving.score.bind(api.context.serving);
    const prefixes: string[] = [];
    return vi.spyOn(api.context.serving, 'score').mockImplementation(async (request) => {
      if (!prefixes.includes(request.model.prefix)) prefixes.push(request.model.prefix);
      const answer = await score(request);
      if (request.model.prefix === prefixes[0]) return answer;
      return {
        items: answer.items.map((scores) => scores.map((one) => ({ ...one, raw: -one.raw, score: 2 - one.score }))),
      };
    });
  };

  test('on comparisons: agreement, and accuracy beside longer wins', async () => {
    const scoring = opposeSecond();
    const found = await compareScores(comparisons);
    expect(found).toMatchObject({ first, second, dataset: comparisons, rows: 40, completions: 80, truncated: 0 });
    expect(found.scores.pearson).toBeCloseTo(-1);
    expect(found.choices).toMatchObject({ same_preferred: { value: 0, n: 40 }, by_chance: 0.5 });
    expect(found.accuracy).toMatchObject({
      first: { value: 0.75, n: 40 },
      second: { value: 0.25 },
      longer_wins: { value: 0.75 },
      only_first: 30,
      only_second: 10,
    });
    expect(found.accuracy.p_value).toBeCloseTo(0.00222, 4);
    expect(scoring.mock.calls.every(([{ items }]) => items.flatMap((item) => item.completions).length <= 64)).toBe(
      true,
    );
  });

  test('on demonstrations: agreement alone', async () => {
    const found = await compareScores(demonstrations);
    expect(found).toMatchObject({ rows: 1, completions: 1, choices: null, accuracy: null });
  });

  test('on no more rows than are asked for', async () => {
    const { rows } = await compareScores(comparisons, { max_rows: 10 });
    expect(rows).toBeLessThanOrEqual(10);
    expect(rows).toBeGreaterThan(7);
  });

  test('on no more completions than an answer can wait for', async () => {
    const completions = Array.from({ length: 256 }, (_, i) => ({ text: `c${i}` }));
    const rows = Array.from({ length: 20 }, (_, i) => ({ prompt: `P${i}`, completions }));
    expect(await compareScores(await uploadRows('candidates', rows))).toMatchObject({ rows: 16, completions: 4096 });
  });

  test.each([
    ['a dataset without completions', () => texts, 422, [{ pointer: '/dataset', code: 'wrong_kind' }]],
    ['no dataset', () => 'ds_none', 422, [{ pointer: '/dataset', code: 'unknown_dataset' }]],
  ])('not on %s', async (_, dataset, status, errors) => {
    expect(await compareScores(dataset())).toMatchObject({ status, errors });
  });

  test("not on another project's dataset", async () => {
    const theirs = await upload(api, 'comparisons', api.keys.others);
    expect(await compareScores(theirs)).toMatchObject({ status: 422, errors: [{ code: 'unknown_dataset' }] });
  });

  test('not of what does not score, nor of what is not there', async () => {
    expect(await compareScores(comparisons, {}, [first, base])).toMatchObject({ status: 409, code: 'wrong_kind' });
    expect(await compareScores(comparisons, {}, [first, 'mv_none'])).toMatchObject({ status: 404 });
    expect(await compareScores(comparisons, {}, [first, second], api.keys.others)).toMatchObject({ status: 404 });
  });

  test.each([0, 1001, 1.5])('not on %s rows', async (max_rows) => {
    expect(await compareScores(comparisons, { max_rows })).toMatchObject({
      status: 422,
      errors: [{ pointer: '/max_rows' }],
    });
  });
});
