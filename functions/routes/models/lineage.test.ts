import { datasets, jobs, modelVersions } from '@laurel/storage';
import { putHashed, writeManifest } from '@laurel/storage/artifacts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishJob, launchJob, pretrain, trainModel, upload } from '../../testing/fixtures.ts';
import { createTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
/** What the policy comes from, by what it is. */
let ids: Record<'texts' | 'appended' | 'comparisons' | 'demonstrations' | 'base' | 'sft' | 'reward' | 'policy', string>;

const lineage = async (version: string, query = '', key = api.keys.mine) =>
  (await api.call('GET', `/v1/model-versions/${version}/lineage${query}`, { key })).json();
const jobOf = async (version: string): Promise<string> =>
  (await (await api.call('GET', `/v1/model-versions/${version}`)).json()).job;
const append = async (dataset: string): Promise<string> => {
  const headers = { 'content-type': 'application/x-ndjson' };
  const body = JSON.stringify({ text: 'More words.' });
  return (await (await api.call('POST', `/v1/datasets/${dataset}/append`, { headers, body })).json()).id;
};

beforeAll(async () => {
  api = await createTestApi();
  const texts = await upload(api, 'text');
  const appended = await append(texts);
  const [comparisons, demonstrations] = [await upload(api, 'comparisons'), await upload(api, 'demonstrations')];
  const base = await trainModel(api, pretrain(appended), 'base');
  const train = (spec: object, kind: 'policy' | 'reward_model') => trainModel(api, spec, kind);
  const sft = await train({ type: 'sft', output_model: 'sft', parent: base, dataset: demonstrations }, 'policy');
  const rewardSpec = { type: 'reward_model', output_model: 'reward', parent: sft, dataset: comparisons };
  const reward = await train({ ...rewardSpec, reference_dataset: demonstrations }, 'reward_model');
  const ppo = { type: 'ppo', output_model: 'policy', policy: sft, reward_model: reward, dataset: demonstrations };
  const policy = await train(ppo, 'policy');
  ids = { texts, appended, comparisons, demonstrations, base, sft, reward, policy };
}, 60_000);
afterAll(() => api.close());

describe('a policy', () => {
  test('comes from everything that its jobs used, and that those came from', async () => {
    const { root, nodes, edges, complete, not_shown } = await lineage(ids.policy);
    expect({ root, complete, not_shown }).toEqual({ root: ids.policy, complete: true, not_shown: [] });
    const jobsOf = await Promise.all([ids.base, ids.sft, ids.reward, ids.policy].map(jobOf));
    const all = [...Object.values(ids), ...jobsOf];
    expect(nodes.map((node: { id: string }) => node.id).toSorted()).toEqual(all.toSorted());
    const edge = (type: string, from: string, to: string, role: string | null = null) => ({ type, from, to, role });
    const [pretraining = '', fineTuning = '', rewardModelling = '', ppo = ''] = jobsOf;
    expect(new Set(edges)).toEqual(
      new Set([
        edge('was_generated_by', ids.policy, ppo),
        edge('used', ppo, ids.sft, '/policy'),
        edge('used', ppo, ids.reward, '/reward_model'),
        edge('used', ppo, ids.demonstrations, '/dataset'),
        edge('was_generated_by', ids.sft, fineTuning),
        edge('was_generated_by', ids.reward, rewardModelling),
        edge('used', fineTuning, ids.base, '/parent'),
        edge('used', fineTuning, ids.demonstrations, '/dataset'),
        edge('used', rewardModelling, ids.sft, '/parent'),
        edge('used', rewardModelling, ids.comparisons, '/dataset'),
        edge('used', rewardModelling, ids.demonstrations, '/reference_dataset'),
        edge('was_generated_by', ids.base, pretraining),
        edge('used', pretraining, ids.appended, '/dataset'),
        edge('was_derived_from', ids.appended, ids.texts),
      ]),
    );
  });

  test('tells what each node is', async () => {
    const { nodes } = await lineage(ids.policy);
    const node = (id: string) => nodes.find((one: { id: string }) => one.id === id);
    expect(nodes[0]).toMatchObject({ type: 'model_version', model: 'policy', number: 1, kind: 'policy' });
    expect(node(ids.appended)).toMatchObject({ type: 'dataset', kind: 'text', name: 'text', version: 2, rows: 2 });
    expect(node(await jobOf(ids.sft))).toMatchObject({ type: 'job', job_type: 'sft', state: 'succeeded' });
  });

  test('is told as far as it is asked for, and what that leaves out', async () => {
    const near = await lineage(ids.policy, '?depth=2');
    expect(near).toMatchObject({ complete: false });
    expect(new Set(near.not_shown)).toEqual(new Set([await jobOf(ids.sft), await jobOf(ids.reward)]));
    const few = await lineage(ids.policy, '?limit=3');
    expect(few.nodes).toHaveLength(3);
    expect(few).toMatchObject({ complete: false });
    const shown = new Set(few.nodes.map(({ id }: { id: string }) => id));
    const reached = few.edges.map(({ to }: { to: string }) => to).filter((to: string) => !shown.has(to));
    expect(new Set(few.not_shown)).toEqual(new Set(reached));
  });

  test.each(['?depth=0', '?depth=101', '?limit=0', '?limit=1001'])('%s is refused', async (query) => {
    expect(await lineage(ids.policy, query)).toMatchObject({ status: 422 });
  });
});

test('a model may come from a checkpoint, and a dataset from a job', async () => {
  const { id: interrupted, worker } = await launchJob(api, pretrain(ids.texts));
  await worker('claim');
  const files = { 'config.json': Buffer.from('{}'), 'model.safetensors': Buffer.from('x') };
  await writeManifest(api.context.artifacts, `artifacts/${interrupted}/7`, files);
  await worker('fail', { code: 'no', detail: 'No.', retryable: false });

  const sampled = { type: 'best_of_n', policy: ids.sft, reward_model: ids.reward, dataset: ids.demonstrations };
  const { id: sampling, worker: sampler } = await launchJob(api, { ...sampled, output_dataset: 'best' });
  await sampler('claim');
  const key = `artifacts/${sampling}/rows.jsonl`;
  const row = { group: 'g', prompt: { head: '', post: 'P', tail: '' }, completion: ' a' };
  const { sha256, sizeBytes: size_bytes } = await putHashed(
    api.context.artifacts,
    key,
    Buffer.from(JSON.stringify(row)),
  );
  const made = { type: 'dataset', kind: 'demonstrations', key, sha256, rows: 1, size_bytes };
  await sampler('complete', { result: made, metrics: {} });
  const { dataset } = await (await api.call('GET', `/v1/jobs/${sampling}`)).json();

  const checkpoint = `${interrupted}/7`;
  const spec = { type: 'sft' as const, output_model: 'from-there', parent: checkpoint, dataset };
  const version = await trainModel(api, spec, 'policy');
  const { nodes, edges, complete } = await lineage(version);
  expect(complete).toBe(true);
  expect(nodes).toContainEqual({ id: checkpoint, type: 'checkpoint', step: 7 });
  expect(edges).toContainEqual({ type: 'was_generated_by', from: checkpoint, to: interrupted, role: null });
  expect(edges).toContainEqual({ type: 'was_generated_by', from: dataset, to: sampling, role: null });
  expect(edges).toContainEqual({ type: 'used', from: sampling, to: ids.reward, role: '/reward_model' });
});

test('an imported model comes from where it was taken', async () => {
  const source = { type: 'hub', repo: 'org/tiny', revision: 'main' };
  const { id, worker } = await launchJob(api, { type: 'import', output_model: 'theirs', source });
  await worker('claim');
  await finishJob(api, worker, 'base');
  const { model_version } = await (await api.call('GET', `/v1/jobs/${id}`)).json();
  const { nodes, edges } = await lineage(model_version);
  expect(nodes.at(-1)).toEqual({ id: `${id}/source`, type: 'import', source });
  expect(edges.at(-1)).toEqual({ type: 'used', from: id, to: `${id}/source`, role: '/source' });

  const origin = { ...source, commit: 'c'.repeat(40) };
  await api.context.db.update(modelVersions).set({ origin }).where(eq(modelVersions.id, model_version));
  expect((await lineage(model_version)).nodes.at(-1)).toMatchObject({ source: origin });
});

test('a deleted dataset stays as an id', async () => {
  const dataset = await append(ids.texts);
  const version = await trainModel(api, { ...pretrain(dataset), output_model: 'old' }, 'base');
  await api.call('DELETE', `/v1/datasets/${dataset}`);
  const { nodes, complete } = await lineage(version);
  expect(nodes.at(-1)).toEqual({ id: dataset, type: 'gone' });
  expect(complete).toBe(true);
});

test("another project's objects are not told, even if a row named them", async () => {
  const theirs = await upload(api, 'text', api.keys.others);
  const version = await trainModel(api, { ...pretrain(ids.texts), output_model: 'odd' }, 'base');
  const job = await jobOf(version);
  await api.context.db
    .update(jobs)
    .set({ spec: { ...pretrain(theirs), seed: 1, hyperparameters: {} } })
    .where(eq(jobs.id, job));
  await api.context.db.update(datasets).set({ name: 'secret' }).where(eq(datasets.id, theirs));
  const answer = await lineage(version);
  expect(answer.nodes.at(-1)).toEqual({ id: theirs, type: 'gone' });
  expect(JSON.stringify(answer)).not.toContain('secret');
  expect(await lineage(version, '', api.keys.others)).toMatchObject({ status: 404 });
});
