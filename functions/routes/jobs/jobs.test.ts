import { evaluationReport } from '@laurel/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJob, finishJob, launchJob, nextWorker, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';
import { dispatch } from '../../use-cases/jobs/dispatch.ts';
import { handleWorkerExit } from '../../use-cases/jobs/handle-worker-exit.ts';
import { LEASE_SECONDS } from '../../use-cases/jobs/lease.ts';
import { sweep } from '../../use-cases/jobs/sweep.ts';

let api: TestApi;
let text: string;
beforeAll(async () => {
  api = await createTestApi();
  text = await upload(api, 'text');
}, 60_000);
beforeEach(async () => {
  const { data } = await (await api.call('GET', '/v1/jobs?limit=100')).json();
  for (const { id, ended_at } of data) if (!ended_at) await api.call('POST', `/v1/jobs/${id}/cancel`);
  api.clock.nowMs += (LEASE_SECONDS + 1) * 1000; // running ones end when their lease does
  await sweep(api.context);
});
afterAll(() => api.close());

const getJob = async (id: string) => (await api.call('GET', `/v1/jobs/${id}`)).json();
const progress = { stage: 'train', step: 3, total_steps: 10 };
const anId = (prefix: string) => `${prefix}_${'0'.repeat(26)}`;

test('a job is queued with its place and a time to ask again', async () => {
  const answer = await createJob(api, pretrain(text));
  expect(answer.status).toBe(202);
  const job = await answer.json();
  expect(job).toMatchObject({ state: 'queued', type: 'pretrain', attempt: 0, spec: { seed: 1 } });
  expect(answer.headers.get('location')).toBe(`/v1/jobs/${job.id}`);
  expect(answer.headers.get('retry-after')).toBe('1');
});

test('a body that does not fit is refused with the place in it', async () => {
  const answer = await createJob(api, { ...pretrain(text), hyperparameters: { epochs: -1 } });
  expect(answer.status).toBe(422);
  const place = '/hyperparameters/epochs';
  expect(await answer.json()).toMatchObject({
    detail: expect.stringContaining(`at ${place}: `),
    errors: [{ pointer: place }],
  });
});

test('the same idempotency key replays the answer, and refuses another body', async () => {
  const first = await createJob(api, pretrain(text), 'one');
  const second = await createJob(api, pretrain(text), 'one');
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(await second.json()).toEqual(await first.json());
  const other = await createJob(api, { ...pretrain(text), seed: 2 }, 'one');
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ code: 'idempotency_key_reused' });
});

test('of two requests at once with one idempotency key, one makes the job', async () => {
  const answers = await Promise.all([createJob(api, pretrain(text), 'both'), createJob(api, pretrain(text), 'both')]);
  const { id } = await (await createJob(api, pretrain(text), 'both')).json();
  const told = await Promise.all(answers.map((answer) => answer.json()));
  expect(told.map((one) => one.id ?? one.code)).toContain(id);
  expect([id, 'idempotency_key_in_use']).toEqual(expect.arrayContaining(told.map((one) => one.id ?? one.code)));
});

test('a request that was refused leaves its idempotency key free', async () => {
  expect((await createJob(api, pretrain(anId('ds')), 'again')).status).toBe(422);
  expect((await createJob(api, pretrain(text), 'again')).status).toBe(202);
});

test('a job without an idempotency key is refused', async () => {
  const answer = await api.call('POST', '/v1/jobs', { json: pretrain(text) });
  expect(answer.status).toBe(422);
  expect((await answer.json()).detail).toContain('Idempotency-Key');
});

test('inputs that are unknown or of the wrong kind are named', async () => {
  const base = await trainModel(api, pretrain(text) as never, 'base');
  const spec = { type: 'ppo', output_model: 'p', policy: base, reward_model: anId('mv'), dataset: text };
  const answer = await createJob(api, spec);
  expect(answer.status).toBe(422);
  expect((await answer.json()).errors).toMatchObject([
    { pointer: '/dataset', code: 'wrong_kind' },
    { pointer: '/policy', code: 'wrong_kind' },
    { pointer: '/reward_model', code: 'unknown_model_version' },
  ]);
  const foreign = await createJob(api, pretrain(await upload(api, 'text', api.keys.others)));
  expect((await foreign.json()).errors).toMatchObject([{ pointer: '/dataset', code: 'unknown_dataset' }]);
});

test('DPO takes a policy and comparisons', async () => {
  const base = await trainModel(api, pretrain(text) as never, 'base');
  const spec = { type: 'dpo', output_model: 'preferred', parent: base, dataset: await upload(api, 'comparisons') };
  const hyperparameters = { beta: 0.5, lora: { rank: 8 }, evaluate_every: 10, patience: 3 };
  const answer = await createJob(api, { ...spec, validation_fraction: 0.1, hyperparameters });
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({ type: 'dpo', spec: { hyperparameters, seed: 1 } });
  const wrong = await createJob(api, { ...spec, dataset: text });
  expect((await wrong.json()).errors).toMatchObject([{ pointer: '/dataset', code: 'wrong_kind' }]);
});

test('rejection sampling and PPO take a policy, a reward model and prompts', async () => {
  const base = await trainModel(api, pretrain(text) as never, 'base');
  const demonstrations = await upload(api, 'demonstrations');
  const sft = { type: 'sft', output_model: 'sft', parent: base, dataset: demonstrations };
  const policy = await trainModel(api, sft as never, 'policy');
  const comparisons = await upload(api, 'comparisons');
  const reward = { parent: policy, dataset: comparisons, reference_dataset: demonstrations };
  const rewardSpec = { type: 'reward_model', output_model: 'reward', ...reward };
  const reward_model = await trainModel(api, rewardSpec as never, 'reward_model');
  const spec = { output_model: 'best', policy, reward_model, dataset: demonstrations };

  const hyperparameters = { best_of: 4, lora: { rank: 8 } };
  const best = await trainModel(api, { ...spec, type: 'rejection_sampling', hyperparameters } as never, 'policy');
  expect(best).toMatch(/^mv_/);
  const swapped = await createJob(api, { ...spec, type: 'rejection_sampling', policy: reward_model });
  expect((await swapped.json()).errors).toMatchObject([{ pointer: '/policy', code: 'wrong_kind' }]);

  const options = { kl_target: 6, value_clip_range: null, lora: { rank: 8 }, whiten_rewards: true };
  const ppo = await createJob(api, { ...spec, type: 'ppo', hyperparameters: options });
  expect(ppo.status).toBe(202);
  expect(await ppo.json()).toMatchObject({ spec: { hyperparameters: options } });
  const horizon = await createJob(api, { ...spec, type: 'ppo', hyperparameters: { kl_horizon: 100 } });
  expect((await horizon.json()).errors).toMatchObject([
    { pointer: '/hyperparameters/kl_horizon', detail: expect.stringContaining('set kl_target') },
  ]);
});

test('early stopping without what it needs is refused, and told what', async () => {
  const spec = { type: 'sft', output_model: 'p', parent: anId('mv'), dataset: text };
  const errorsOf = async (more: object) => (await (await createJob(api, { ...spec, ...more })).json()).errors;
  expect(await errorsOf({ validation_fraction: 0.1, hyperparameters: { patience: 2 } })).toMatchObject([
    { pointer: '/hyperparameters/patience', detail: expect.stringContaining('set evaluate_every') },
  ]);
  expect(await errorsOf({ hyperparameters: { evaluate_every: 5 } })).toMatchObject([
    { pointer: '/hyperparameters/evaluate_every', detail: expect.stringContaining('set validation_fraction') },
  ]);
});

test('a dataset that is not ready is waited for', async () => {
  let finish: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const body = new ReadableStream({
    async pull(controller) {
      await held;
      controller.enqueue(Buffer.from('{"text":"late"}'));
      controller.close();
    },
  });
  const uploading = api.app.request('/v1/datasets?kind=text&name=slow', {
    method: 'POST',
    headers: { authorization: `Bearer ${api.keys.mine}`, 'content-type': 'application/x-ndjson' },
    body,
    duplex: 'half',
  } as RequestInit);
  const slow = await expect
    .poll(async () => (await (await api.call('GET', '/v1/datasets')).json()).data[0])
    .toMatchObject({ name: 'slow', state: 'uploading' })
    .then(async () => (await (await api.call('GET', '/v1/datasets')).json()).data[0]);
  const refused = await createJob(api, pretrain(slow.id));
  finish();
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: 'dataset_not_ready', errors: [{ pointer: '/dataset' }] });
  expect((await uploading).status).toBe(201);
  expect((await createJob(api, pretrain(slow.id))).status).toBe(202);
});

test('of two claims at once one wins, and gets all it needs', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  const answers = await Promise.all([worker('claim'), worker('claim')]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const claimed = await answers.find(({ status }) => status === 200)?.json();
  expect(claimed).toMatchObject({
    job_id: id,
    attempt: 1,
    lease_seconds: LEASE_SECONDS,
    datasets: { [text]: { kind: 'text', rows: 1 } },
  });
  expect(await getJob(id)).toMatchObject({ state: 'running', attempt: 1 });
});

test('progress, curves and events of a worker can be read', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  expect(await (await worker('heartbeat', progress)).json()).toEqual({ directive: 'continue' });
  await worker('metrics', {
    points: [
      { step: 1, values: { loss: 3, rate: 1 } },
      { step: 2, values: { loss: 2 } },
    ],
  });
  await worker('metrics', { points: [{ step: 2, values: { loss: 1.5 } }] });
  await worker('events', { events: [{ type: 'stage', data: { stage: 'train' } }] });
  expect(await getJob(id)).toMatchObject(progress);
  const curve = await (await api.call('GET', `/v1/jobs/${id}/metrics?name=loss`)).json();
  expect(curve.data.map(({ value }: { value: number }) => value)).toEqual([3, 1.5]);
  const rest = await (await api.call('GET', `/v1/jobs/${id}/metrics?after=1/loss`)).json();
  expect(rest.data.map((point: { id: string }) => point.id)).toEqual(['1/rate', '2/loss']);
  const { data } = await (await api.call('GET', `/v1/jobs/${id}/events?after=1`)).json();
  expect(data.map((event: { id: string; type: string }) => [event.id, event.type])).toEqual([
    ['2', 'state'],
    ['3', 'stage'],
  ]);
});

test('events come as a stream that can be resumed and ends with the job', async () => {
  const { id } = await (await createJob(api, pretrain(text))).json();
  const streaming = api.call('GET', `/v1/jobs/${id}/events`, { headers: { accept: 'text/event-stream' } });
  await api.call('POST', `/v1/jobs/${id}/cancel`);
  const stream = await streaming;
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const whole = await stream.text();
  expect(whole).toMatch(
    /event: state\ndata: \{.*"queued".*\}\nid: 1\n\nevent: state\ndata: \{.*"cancelled".*\}\nid: 2\n\n/,
  );
  const headers = { accept: 'text/event-stream', 'last-event-id': '1' };
  const resumed = await (await api.call('GET', `/v1/jobs/${id}/events`, { headers })).text();
  expect(resumed).not.toContain('id: 1\n');
  expect(resumed).toContain('id: 2\n');
});

test('where an answer is sent whole, a stream ends before the job does and is gone on with', async () => {
  const { id } = await (await createJob(api, pretrain(text))).json();
  const { longestStreamMs } = api.context;
  api.context.longestStreamMs = 0;
  const read = async (seen: string) =>
    (await api.call('GET', `/v1/jobs/${id}/events?after=${seen}`, { headers: { accept: 'text/event-stream' } })).text();
  expect(await read('0')).toMatch(/"queued".*\nid: 1\n\n$/);
  expect(await read('1')).toBe('');
  api.context.longestStreamMs = longestStreamMs;
});

test('success registers the model version with its lineage', async () => {
  const base = await trainModel(api, pretrain(text) as never, 'base');
  const again = await trainModel(api, pretrain(text) as never, 'base');
  const [first, second] = await Promise.all(
    [base, again].map(async (id) => (await api.call('GET', `/v1/model-versions/${id}`)).json()),
  );
  expect(second).toMatchObject({ kind: 'base', datasets: [text], parents: [], model: first.model });
  expect(second.number).toBe(first.number + 1);
  const versions = await (await api.call('GET', `/v1/models/${first.model}/versions?limit=2`)).json();
  expect(versions.data.map(({ id }: { id: string }) => id)).toEqual([again, base]);
  const foreign = await api.call('GET', `/v1/model-versions/${base}`, { key: api.keys.others });
  expect(foreign.status).toBe(404);
});

test('a result that is not there, elsewhere or of another kind is refused', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  const complete = async (model: object) =>
    (
      await worker('complete', {
        result: { type: 'model', kind: 'base', manifest_sha256: '', config: {}, ...model },
        metrics: {},
      })
    ).json();
  expect(await complete({ prefix: `artifacts/${id}/model` })).toMatchObject({ code: 'missing_artifact' });
  expect(await complete({ prefix: 'artifacts/other/model' })).toMatchObject({ code: 'foreign_artifact' });
  await api.context.artifacts.put(`artifacts/${id}/model/manifest.json`, Buffer.from('{}'));
  expect(await complete({ prefix: `artifacts/${id}/model` })).toMatchObject({ code: 'wrong_hash' });
  expect(await getJob(id)).toMatchObject({ state: 'running', model_version: null });
});

test('a running job is cancelled through its worker', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  expect(await (await api.call('POST', `/v1/jobs/${id}/cancel`)).json()).toMatchObject({ state: 'cancelling' });
  expect(await (await worker('heartbeat', progress)).json()).toEqual({ directive: 'cancel' });
  expect((await worker('cancelled')).status).toBe(204);
  expect(await getJob(id)).toMatchObject({ state: 'cancelled' });
  expect((await worker('heartbeat', progress)).status).toBe(401);
});

test('a job that is being cancelled ends cancelled, also when its worker comes to the end first', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  await api.call('POST', `/v1/jobs/${id}/cancel`);
  await finishJob(api, worker, 'base');
  expect(await getJob(id)).toMatchObject({ state: 'cancelled', model_version: null });
});

test('a job whose worker goes silent is given to another, three times, then fails', async () => {
  const { id } = await (await createJob(api, pretrain(text))).json();
  const workers = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const worker = await nextWorker(api);
    expect((await worker('claim')).status).toBe(200);
    workers.push(worker);
    api.clock.nowMs += (LEASE_SECONDS - 1) * 1000;
    await sweep(api.context);
    expect(await getJob(id)).toMatchObject({ state: 'running', attempt });
    api.clock.nowMs += 2000;
    await sweep(api.context);
  }
  expect(await getJob(id)).toMatchObject({ state: 'failed', attempt: 3, error: { code: 'worker_lost' } });
  for (const worker of workers) expect((await worker('heartbeat', progress)).status).toBe(401);
});

test('a job whose process dies is due at once', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  const died = { jobId: id, attempt: 1, exitCode: null, signal: 'SIGKILL' as const };
  await handleWorkerExit(api.context, died);
  expect(await getJob(id)).toMatchObject({ state: 'queued', error: { code: 'worker_died' } });
  const second = await nextWorker(api);
  expect(second.launch).toMatchObject({ jobId: id, attempt: 2 });
  await handleWorkerExit(api.context, died); // the first worker's end says nothing of the second
  expect((await second('claim')).status).toBe(200);
  expect((await worker('heartbeat', progress)).status).toBe(401);
});

test('a worker that never claims its job is replaced, and a launcher that fails is tried again', async () => {
  const { id } = await launchJob(api, pretrain(text));
  await dispatch(api.context);
  expect(api.launches).toEqual([]);
  api.clock.nowMs += api.context.startWithinMs;
  expect((await nextWorker(api)).launch).toMatchObject({ jobId: id, attempt: 2 });
  api.clock.nowMs += api.context.startWithinMs;
  const { launcher } = api.context;
  api.context.launcher = { freeSlots: () => 1, launch: () => Promise.reject(new Error('no room')) };
  await dispatch(api.context);
  api.context.launcher = launcher;
  api.clock.nowMs += 10_000;
  expect((await nextWorker(api)).launch).toMatchObject({ jobId: id, attempt: 3 });
});

test('failures that may pass are tried again, others end the job', async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  await worker('claim');
  await worker('fail', { code: 'out_of_memory', detail: 'It was too large.', retryable: true });
  const second = await nextWorker(api);
  await second('claim');
  await second('fail', { code: 'bad_data', detail: 'It makes no sense.', retryable: false });
  expect(await getJob(id)).toMatchObject({ state: 'failed', error: { code: 'bad_data' } });
});

test("a worker's token opens its own job and nothing else", async () => {
  const { id, worker } = await launchJob(api, pretrain(text));
  const { token } = worker.launch;
  const other = await (await createJob(api, pretrain(text))).json();
  expect((await api.call('POST', `/v1/worker/jobs/${other.id}/claim`, { key: token })).status).not.toBe(200);
  expect((await api.call('GET', `/v1/jobs/${id}`, { key: token })).status).toBe(401);
  expect((await api.call('POST', `/v1/worker/jobs/${id}/claim`)).status).toBe(401);
  expect((await api.call('POST', `/v1/worker/jobs/${id}/claim`, { key: `lw_${'x'.repeat(43)}` })).status).toBe(401);
});

test("another project's job does not exist, and only evaluations have reports", async () => {
  const { id } = await (await createJob(api, pretrain(text))).json();
  for (const path of ['', '/events', '/metrics', '/report']) {
    expect((await api.call('GET', `/v1/jobs/${id}${path}`, { key: api.keys.others })).status).toBe(404);
  }
  expect((await api.call('POST', `/v1/jobs/${id}/cancel`, { key: api.keys.others })).status).toBe(404);
  expect((await api.call('GET', `/v1/jobs/${id}/report`)).status).toBe(409);
});

test('a report comes as data, as a page or as Markdown: by the query, or else by what is accepted', async () => {
  const base = await trainModel(api, pretrain(text) as never, 'base');
  const comparisons = await upload(api, 'comparisons');
  const dataset = await upload(api, 'demonstrations');
  const training = {
    type: 'reward_model',
    output_model: 'rm',
    parent: base,
    dataset: comparisons,
    reference_dataset: dataset,
  };
  const rewardModel = await trainModel(api, training as never, 'reward_model');
  const spec = { type: 'evaluation', reward_model: rewardModel, reference_policy: base, dataset };
  const { id, worker } = await launchJob(api, spec);
  const { spec: settings } = await (await worker('claim')).json();
  expect((await api.call('GET', `/v1/jobs/${id}/report`)).status).toBe(409); // not yet

  const measured = { policies: [], best_of: { curve: [], samples: [] }, sensitivity: [], transfer: null };
  const unmeasured = {
    reward_model_accuracy: null,
    calibration: null,
    labeler_agreement: null,
    rouge_judgement: null,
    ratings: null,
  };
  const report = evaluationReport.parse({ spec: settings, ...unmeasured, ...measured });
  const put = (name: string, content: string) =>
    api.context.artifacts.put(`artifacts/${id}/${name}`, Buffer.from(content));
  await put('report.json', JSON.stringify(report));
  await put('report.html', '<!doctype html>ü');
  await put('report.md', '# ü');
  await worker('complete', { result: { type: 'report', key: `artifacts/${id}/report.json` }, metrics: {} });

  const get = async (query: string, accept = '*/*') => {
    const answer = await api.call('GET', `/v1/jobs/${id}/report${query}`, { headers: { accept } });
    return [answer.headers.get('content-type'), await answer.text()];
  };
  const asData = ['application/json', JSON.stringify(report)];
  const asPage = ['text/html; charset=utf-8', '<!doctype html>ü'];
  expect(await get('')).toEqual(asData);
  expect(await get('?format=html')).toEqual(asPage);
  expect(await get('?format=markdown', 'text/html')).toEqual(['text/markdown; charset=utf-8', '# ü']);
  expect(await get('', 'text/html,application/xhtml+xml,*/*;q=0.8')).toEqual(asPage); // a browser
  expect(await get('', 'image/png')).toEqual(asData);
  const page = await api.call('GET', `/v1/jobs/${id}/report?format=html`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await api.call('GET', `/v1/jobs/${id}/report?format=pdf`)).status).toBe(422);

  await put('report.json', JSON.stringify({ policies: [] }));
  await api.context.artifacts.delete(`artifacts/${id}/report.md`);
  for (const query of ['', '?format=markdown']) {
    const old = await api.call('GET', `/v1/jobs/${id}/report${query}`);
    expect(old.status).toBe(409);
    expect(await old.json()).toMatchObject({ code: 'report_outdated' });
  }
});
