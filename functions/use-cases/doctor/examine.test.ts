import { newId } from '@laurel/contracts';
import { datasets, endpoints, jobs, launches, modelUploads } from '@laurel/storage';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJob, finishJob, launchJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { examine } from './examine.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
}, 60_000);
afterEach(() => api.close());

const found = async () => (await examine(api.context)).map(({ sort, where }) => [sort, where]);

async function repair(): Promise<void> {
  for (const finding of await examine(api.context)) await finding.repair?.();
}

const put = (key: string) => api.context.artifacts.put(key, new Uint8Array(1));

/** An installation that has been used: a dataset, a model that an endpoint serves, and a job that waits. */
async function use() {
  const dataset = await upload(api, 'text');
  const model = await trainModel(api, pretrain(dataset), 'base');
  const served = await api.call('POST', '/v1/endpoints', { json: { name: 'base', model_version: model } });
  const endpoint = (await served.json()).id as string;
  const waiting = (await (await createJob(api, pretrain(dataset))).json()).id as string;
  return { dataset, model, endpoint, waiting };
}

test('an installation that was used is clean, and so is a new one', async () => {
  expect(await found()).toEqual([]);
  const { endpoint } = await use();
  expect(endpoint).toMatch(/^ep_/);
  expect(await found()).toEqual([]);
});

test('a job whose worker was lost unnoticed is found, and queued again', async () => {
  const { id, worker } = await launchJob(api, pretrain(await upload(api, 'text')));
  await worker('claim');
  expect(await found()).toEqual([]);
  api.clock.nowMs += 10 * 60_000;
  expect(await found()).toEqual([['job_without_worker', id]]);
  await repair();
  expect(await found()).toEqual([]);
  expect((await (await api.call('GET', `/v1/jobs/${id}`)).json()).state).toBe('queued');
});

test('launches that are lost, too many or not taken are found', async () => {
  const { waiting } = await use();
  await api.context.db.delete(launches);
  expect(await found()).toEqual([['job_without_launch', waiting]]);
  await repair();
  expect(await found()).toEqual([]);

  api.clock.nowMs += 20 * 60_000;
  expect(await found()).toEqual([['launch_not_taken', waiting]]);

  await api.context.db.update(jobs).set({ state: 'cancelled' }).where(eq(jobs.id, waiting));
  expect(await found()).toEqual([['launch_without_job', waiting]]);
  await repair();
  expect(await found()).toEqual([]);
});

test('uploads and deletions that were not ended are found, and removed with their files', async () => {
  const id = newId('ds');
  const artifactKey = `datasets/${id}/rows.jsonl`;
  const row = { projectId: api.projects.mine, kind: 'text', name: 'half', artifactKey } as const;
  await put(artifactKey);
  await api.context.db.insert(datasets).values({ ...row, id, state: 'uploading' });
  api.clock.nowMs += 1_000;
  expect(await found()).toEqual([['unfinished_upload', id]]);
  await api.context.db.update(datasets).set({ state: 'deleting' });
  expect(await found()).toEqual([['unfinished_deletion', id]]);
  await repair();
  expect(await found()).toEqual([]);
  expect(await api.context.artifacts.list('')).toEqual([]);
});

test("a model's files that nobody imported within a day are found, and removed", async () => {
  const { id } = await (await api.call('POST', '/v1/model-uploads')).json();
  await put(`model-uploads/${id}/config.json`);
  expect(await found()).toEqual([]);
  api.clock.nowMs += 2 * DAY_MS;
  expect(await found()).toEqual([['old_model_upload', id]]);
  await repair();
  expect(await found()).toEqual([]);
  expect(await api.context.artifacts.list('')).toEqual([]);
});

test('an endpoint whose live version points at nothing is found', async () => {
  const { endpoint } = await use();
  await api.context.db.update(endpoints).set({ liveVersion: 9 });
  expect(await found()).toEqual([['endpoint_without_version', endpoint]]);
});

test('rows whose files are missing, and files with another content, are found', async () => {
  const { dataset, model } = await use();
  const [rows] = await api.context.artifacts.list('datasets/');
  const [golden] = (await api.context.artifacts.list('artifacts/')).filter((key) => key.includes('golden'));
  await put(rows ?? '');
  await put(golden ?? '');
  const damage = [
    ['damaged_dataset', dataset],
    ['damaged_model', model],
  ];
  expect(await found()).toEqual(damage);
  await api.context.artifacts.delete(rows ?? '');
  await api.context.artifacts.delete((golden ?? '').replace(/[^/]+$/, 'manifest.json'));
  expect(await found()).toEqual(damage);
});

test('a file of a model upload that is not what came is found', async () => {
  const { id } = await (await api.call('POST', '/v1/model-uploads')).json();
  await put(`model-uploads/${id}/config.json`);
  await api.context.db.update(modelUploads).set({
    files: { 'config.json': { key: `model-uploads/${id}/config.json`, sha256: '0'.repeat(64), size_bytes: 1 } },
  });
  expect(await found()).toEqual([['damaged_model_upload', id]]);
});

test('a job that succeeded without a result, or whose report is gone, is found', async () => {
  const { id, worker } = await launchJob(api, pretrain(await upload(api, 'text')));
  await worker('claim');
  await finishJob(api, worker, 'base');
  const report = `artifacts/${id}/report.json`;
  await api.context.db.update(jobs).set({ reportKey: report });
  expect(await found()).toEqual([['damaged_result', id]]);
  await api.context.db.update(jobs).set({ reportKey: null, modelVersionId: null });
  expect(await found()).toEqual([['job_without_result', id]]);
});

test('files that no row names are found, and deleted when they are a day old', async () => {
  const { id, worker } = await launchJob(api, pretrain(await upload(api, 'text')));
  await worker('claim');
  const half = `artifacts/${id}/20/model.safetensors`;
  await put(half);
  expect(await found()).toEqual([]); // the job may go on from there
  await finishJob(api, worker, 'base');
  await put('datasets/ds_gone/rows.jsonl');
  const unnamed = [
    ['unnamed_file', half],
    ['unnamed_file', 'datasets/ds_gone/rows.jsonl'],
  ];
  expect(await found()).toEqual(unnamed);
  await repair();
  expect(await found()).toEqual(unnamed);
  api.clock.nowMs += 2 * DAY_MS;
  await repair();
  expect(await found()).toEqual([]);
});

test('webhooks that nobody sends are found, but not those of an endpoint that is disabled', async () => {
  const url = 'https://127.0.0.1/';
  const { id } = await (await api.call('POST', '/v1/webhook-endpoints', { json: { url } })).json();
  const { id: ping } = await (await api.call('POST', `/v1/webhook-endpoints/${id}/test`)).json();
  expect(await found()).toEqual([]);
  api.clock.nowMs += 11 * 60_000;
  expect(await found()).toEqual([['webhook_not_sent', ping]]);
  await api.call('PATCH', `/v1/webhook-endpoints/${id}`, { json: { enabled: false } });
  expect(await found()).toEqual([]);
});
