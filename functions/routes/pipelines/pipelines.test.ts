import type { ModelKind } from '@laurel/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishJob, nextWorker, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let spec: Record<string, unknown>;
beforeAll(async () => {
  api = await createTestApi();
  const [base, demonstrations, comparisons] = [
    await trainModel(api, pretrain(await upload(api, 'text')) as never, 'base'),
    await upload(api, 'demonstrations'),
    await upload(api, 'comparisons'),
  ];
  spec = { name: 'notes', base, demonstrations, comparisons, held_out: demonstrations, max_cost_usd: 10 };
}, 60_000);
afterAll(() => api.close());

const create = (json: unknown, idempotencyKey: string = crypto.randomUUID()) =>
  api.call('POST', '/v1/pipelines', { json, headers: { 'idempotency-key': idempotencyKey } });
const get = async (id: string) => (await api.call('GET', `/v1/pipelines/${id}`)).json();
const statesOf = ({ stages }: { stages: { state: string }[] }) => stages.map(({ state }) => state);

/** Does the stage that is due, as a worker would. */
async function succeed(kind: ModelKind) {
  const worker = await nextWorker(api);
  await worker('claim');
  await finishJob(api, worker, kind);
  return worker.launch.jobId;
}

test('stages follow one another as ordinary jobs, each on what came before', async () => {
  const answer = await create(spec);
  expect(answer.status).toBe(202);
  const { id } = await answer.json();
  expect(answer.headers.get('location')).toBe(`/v1/pipelines/${id}`);
  expect(statesOf(await get(id))).toEqual(['queued', 'waiting', 'waiting', 'waiting']);
  await succeed('policy');
  await succeed('reward_model');
  await succeed('policy');
  const { stages, state } = await get(id);
  expect(state).toBe('running');
  const [sft, reward, ppo, evaluation] = stages;
  const job = await (await api.call('GET', `/v1/jobs/${evaluation.job}`)).json();
  expect(job).toMatchObject({
    state: 'queued',
    pipeline: id,
    pipeline_stage: 'evaluation',
    spec: {
      reference_policy: sft.model_version,
      reward_model: reward.model_version,
      policies: [ppo.model_version],
    },
  });
  const jobs = await (await api.call('GET', `/v1/jobs?pipeline=${id}`)).json();
  expect(jobs.data).toHaveLength(4);

  const worker = await nextWorker(api);
  await worker('claim');
  await api.context.artifacts.put(`artifacts/${worker.launch.jobId}/report.json`, Buffer.from('{}'));
  const key = `artifacts/${worker.launch.jobId}/report.json`;
  await worker('complete', { result: { type: 'report', key }, metrics: {} });
  expect(await get(id)).toMatchObject({ state: 'succeeded' });

  const restarted = await api.call('POST', `/v1/pipelines/${id}/restart?stage=ppo`);
  expect(restarted.status).toBe(202);
  expect(statesOf(await restarted.json())).toEqual(['succeeded', 'succeeded', 'queued', 'waiting']);
  await succeed('policy');
  expect(statesOf(await get(id))).toEqual(['succeeded', 'succeeded', 'succeeded', 'queued']);
  expect(await (await api.call('POST', `/v1/pipelines/${id}/cancel`)).json()).toMatchObject({ state: 'cancelled' });
});

test('one whose stage has failed is restarted at that stage', async () => {
  const { id } = await (await create(spec)).json();
  const worker = await nextWorker(api);
  await worker('claim');
  await worker('fail', { code: 'diverged', detail: 'It grew too large.', retryable: false });
  expect(await get(id)).toMatchObject({ state: 'failed' });
  const early = await api.call('POST', `/v1/pipelines/${id}/restart?stage=ppo`);
  expect(early.status).toBe(409);
  const { stages } = await (await api.call('POST', `/v1/pipelines/${id}/restart`)).json();
  expect(stages[0]).toMatchObject({ state: 'queued' });
  const busy = await api.call('POST', `/v1/pipelines/${id}/restart`);
  expect(busy.status).toBe(409);
  await api.call('POST', `/v1/pipelines/${id}/cancel`);
  expect((await api.call('POST', `/v1/pipelines/${id}/cancel`)).status).toBe(409);
});

test('no stage follows one that was cancelled, also when its worker comes to the end first', async () => {
  const { id } = await (await create(spec)).json();
  const worker = await nextWorker(api);
  await worker('claim');
  expect((await api.call('POST', `/v1/pipelines/${id}/cancel`)).status).toBe(202);
  await finishJob(api, worker, 'policy');
  const pipeline = await get(id);
  expect(pipeline.state).toBe('cancelled');
  expect(statesOf(pipeline)).toEqual(['cancelled', 'waiting', 'waiting', 'waiting']);
});

test('one whose next stage cannot be begun has failed', async () => {
  const comparisons = await upload(api, 'comparisons');
  const { id } = await (await create({ ...spec, comparisons })).json();
  expect((await api.call('DELETE', `/v1/datasets/${comparisons}`)).status).toBe(200);
  await succeed('policy');
  const pipeline = await get(id);
  expect(pipeline.state).toBe('failed');
  expect(statesOf(pipeline)).toEqual(['succeeded', 'waiting', 'waiting', 'waiting']);
});

test('what a stage leaves of the cap is what the next one may cost', async () => {
  const { id } = await (await create(spec)).json();
  const worker = await nextWorker(api);
  await worker('claim');
  api.clock.nowMs += 20_000;
  await finishJob(api, worker, 'policy');
  const { stages } = await get(id);
  const next = await (await api.call('GET', `/v1/jobs/${stages[1].job}`)).json();
  expect(next.spec.max_cost_usd).toBeCloseTo(10 - 20 / 3600, 9);
  await api.call('POST', `/v1/pipelines/${id}/cancel`);
});

test.for([
  ['sft', { patience: 3 }, 'patience'],
  ['reward_model', { patience: 3 }, 'patience'],
  ['ppo', { kl_horizon: 100 }, 'kl_horizon'],
] as const)(
  'settings of the stage %s that do not go together are refused at once',
  async ([stage, hyperparameters, name]) => {
    const answer = await create({ ...spec, settings: { [stage]: { hyperparameters } } });
    expect(answer.status).toBe(422);
    const pointer = `/settings/${stage}/hyperparameters/${name}`;
    expect((await answer.json()).errors).toMatchObject([{ pointer }]);
  },
);

test('inputs of later stages are checked at once', async () => {
  const answer = await create({ ...spec, comparisons: spec.demonstrations, held_out: `ds_${'0'.repeat(26)}` });
  expect(answer.status).toBe(422);
  expect((await answer.json()).errors).toMatchObject([
    { pointer: '/comparisons', code: 'wrong_kind' },
    { pointer: '/held_out', code: 'unknown_dataset' },
  ]);
});

test('the same idempotency key makes one pipeline', async () => {
  const [first, second] = [await create(spec, 'once'), await create(spec, 'once')];
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  const { id } = await first.json();
  expect((await second.json()).id).toBe(id);
  await api.call('POST', `/v1/pipelines/${id}/cancel`);
});
