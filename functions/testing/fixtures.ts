import { GOLDEN_FILE, type GoldenScores, type JobSpec, type ModelKind } from '@laurel/contracts';
import { writeManifest } from '@laurel/storage/artifacts';
import { dispatch } from '../use-cases/jobs/dispatch.ts';
import type { TestApi } from './test-api.ts';

export const rows = {
  text: { text: 'Some words.' },
  demonstrations: { prompt: 'A post.\n\nTL;DR:', completion: ' Short.' },
  comparisons: { prompt: 'A post.\n\nTL;DR:', chosen: ' Short.', rejected: ' Wrong.' },
};

/** Uploads a dataset. Answers its id. */
export async function upload(api: TestApi, kind: keyof typeof rows, key = api.keys.mine): Promise<string> {
  const answer = await api.call('POST', `/v1/datasets?kind=${kind}&name=${kind}`, {
    key,
    headers: { 'content-type': 'application/x-ndjson' },
    body: JSON.stringify(rows[kind]),
  });
  return (await answer.json()).id;
}

export const pretrain = (dataset: string) => ({
  type: 'pretrain' as const,
  output_model: 'base',
  dataset,
  architecture: { layers: 1, width: 8, heads: 1, context: 16 },
  vocabulary_size: 300,
});

export const createJob = (api: TestApi, spec: unknown, idempotencyKey: string = crypto.randomUUID()) =>
  api.call('POST', '/v1/jobs', { json: spec, headers: { 'idempotency-key': idempotencyKey } });

/** Queues a job and has it launched. Answers its id and a way to speak as its worker. */
export async function launchJob(api: TestApi, spec: unknown) {
  const { id } = await (await createJob(api, spec)).json();
  return { id, worker: await nextWorker(api) };
}

/** Has the next job that is due launched. Answers a way to speak as its worker. */
export async function nextWorker(api: TestApi) {
  await dispatch(api.context);
  const launch = api.launches.pop();
  if (!launch) throw new Error('Nothing was due.');
  const say = (verb: string, json: unknown = {}) =>
    api.call('POST', `/v1/worker/jobs/${launch.jobId}/${verb}`, { key: launch.token, json });
  return Object.assign(say, { launch });
}

/** Completes a claimed job with a model that has nothing but golden scores. */
export async function finishJob(
  api: TestApi,
  worker: Awaited<ReturnType<typeof nextWorker>>,
  kind: ModelKind,
  golden: GoldenScores | null = goldenOf(kind),
) {
  const prefix = `artifacts/${worker.launch.jobId}/model`;
  const files = golden ? { [GOLDEN_FILE]: Buffer.from(JSON.stringify(golden)) } : {};
  const { manifestSha256: manifest_sha256 } = await writeManifest(api.context.artifacts, prefix, files);
  const result = { type: 'model', kind, prefix, manifest_sha256, config: {} };
  const completed = await worker('complete', { result, metrics: { loss: 1 } });
  if (completed.status !== 204) throw new Error(await completed.text());
}

/** Does a job as a worker would. Answers the model version's id. */
export async function trainModel(
  api: TestApi,
  spec: Partial<JobSpec>,
  kind: ModelKind,
  golden?: GoldenScores | null,
): Promise<string> {
  const { id, worker } = await launchJob(api, spec);
  await worker('claim');
  await finishJob(api, worker, kind, golden);
  return (await (await api.call('GET', `/v1/jobs/${id}`)).json()).model_version;
}

/** What the engine of the tests comes to. */
export function goldenOf(kind: ModelKind): GoldenScores {
  const prompt = { head: '', post: 'P', tail: '' };
  const values = kind === 'reward_model' ? [1, 2] : [-1, -1];
  return { precision: 'float32', items: [{ prompt, completions: ['a', 'ab'], values }] };
}
