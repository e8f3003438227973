import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClaimAnswer, goldenScores, jobSpec, type Manifest } from '@laurel/contracts';
import type { Files } from '@laurel/learning';
import { FolderArtifactStore, readManifest, writeManifest } from '@laurel/storage/artifacts';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HubStandIn, startHub } from '../../tests/stand-ins/start-hub.ts';
import type { Engine } from '../engine/native.ts';
import { readFiles } from '../read-files.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { portableEngine } from '../testing/portable-engine.ts';
import { artifactPrefix } from '../testing/tiny-job.ts';
import { tinyModels } from '../testing/tiny-models.ts';
import { importSettings } from './import/import-settings.ts';
import { JobApi } from './job-api.ts';
import { startReporter } from './reporter.ts';
import { runJob } from './run-job.ts';

const UPLOAD = `up_${'0'.repeat(26)}`;

let engine: Engine;
let made: { policy: Files; rewardModel: Files };
let folder: string;
let store: FolderArtifactStore;
let api: FakeApi;

beforeAll(async () => {
  engine = await portableEngine();
  const place = await mkdtemp(join(tmpdir(), 'import-models-'));
  const models = await tinyModels(engine.kernels, new FolderArtifactStore(place));
  const read = (prefix: string) => readFiles(new FolderArtifactStore(place), prefix);
  made = { policy: await read(models.policy.prefix), rewardModel: await read(models.rewardModel.prefix) };
  await rm(place, { recursive: true });
}, 60_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  store = new FolderArtifactStore(folder);
});
afterEach(async () => {
  await api.stop();
  await rm(folder, { recursive: true });
});

/** Runs the import of a source as a job; the environment says from where it may. */
async function run(source: object, { kind, env = {}, uploads = {} }: RunOptions = {}) {
  const claim: ClaimAnswer = {
    job_id: 'job_01k00000000000000000000000',
    attempt: 1,
    spec: jobSpec.parse({ type: 'import', output_model: 'theirs', source, ...(kind && { kind }) }),
    lease_seconds: 30,
    artifact_prefix: artifactPrefix,
    datasets: {},
    models: {},
    model_uploads: uploads,
  };
  api = await new FakeApi(claim).start();
  return runJob({
    api: new JobApi(api.address),
    store,
    engine,
    log: pino({ enabled: false }),
    ending: new AbortController().signal,
    importing: importSettings({ XDG_CACHE_HOME: join(folder, 'cache'), ...env }),
    checkpointEveryMs: 1000,
    reporter: await startReporter(api.address),
  });
}

interface RunOptions {
  kind?: string;
  env?: Record<string, string>;
  uploads?: ClaimAnswer['model_uploads'];
}

const uploaded = (prefix: string, { files }: Manifest) =>
  Object.fromEntries(Object.entries(files).map(([name, file]) => [name, { key: `${prefix}/${name}`, ...file }]));

/** Imports files as if they had been uploaded. */
async function runUpload(files: Files, options: RunOptions = {}) {
  const prefix = `model-uploads/${UPLOAD}`;
  const { manifest } = await writeManifest(store, prefix, files);
  const uploads = { [UPLOAD]: uploaded(prefix, manifest) };
  return run({ type: 'upload', upload: UPLOAD }, { uploads, ...options });
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const configOf = (files: Files) =>
  JSON.parse(new TextDecoder().decode(files['config.json'])) as Record<string, unknown>;
const withConfig = (files: Files, changes: object): Files => ({
  ...files,
  'config.json': json({ ...configOf(files), ...changes }),
});
const without = (files: Files, name: string): Files =>
  Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));
/** As somebody else's tools write it. */
const withoutKind = (files: Files) => withConfig(files, { laurel_kind: undefined });

describe('an upload', () => {
  test('becomes a model whose files are as they came', async () => {
    expect(await runUpload(withoutKind(made.policy))).toBe('succeeded');
    const prefix = `${artifactPrefix}/model`;
    const { 'golden.json': golden, ...published } = await readFiles(store, prefix);
    expect(published).toEqual(withoutKind(made.policy));
    expect(goldenScores.parse(JSON.parse(new TextDecoder().decode(golden))).items).not.toEqual([]);
    expect(api.completion?.result).toMatchObject({ kind: 'base', prefix, origin: { type: 'upload', upload: UPLOAD } });
    expect(api.completion?.metrics.parameters).toBeGreaterThan(1000);
    expect(api.events.flatMap(({ type, data }) => (type === 'stage' ? data.stage : []))).toEqual([
      'connecting',
      'reading',
      'checking',
      'publishing',
    ]);
    expect(api.events.find(({ type }) => type === 'settings')?.data).toMatchObject({
      kind: 'base',
      engine: 'javascript',
    });
  });

  test.each([
    ['a bare language model is what the spec says', () => withoutKind(made.policy), 'policy', 'policy'],
    ['a reward model is one by its files', () => withoutKind(made.rewardModel), 'base', 'reward_model'],
  ])('%s', async (_, files, asked, kind) => {
    expect(await runUpload(files(), { kind: asked })).toBe('succeeded');
    expect(api.completion?.result).toMatchObject({ type: 'model', kind });
  });

  test('that is damaged is refused', async () => {
    const { manifest } = await writeManifest(store, 'model-uploads/u', made.policy);
    await store.put('model-uploads/u/tokenizer.json', new Uint8Array(made.policy['tokenizer.json']?.length ?? 0));
    const uploads = { [UPLOAD]: uploaded('model-uploads/u', manifest) };
    expect(await run({ type: 'upload', upload: UPLOAD }, { uploads })).toBe('failed');
    expect(api.failure).toMatchObject({ code: 'artifact_corrupt', retryable: false });
  });

  test('that is gone is refused', async () => {
    expect(await run({ type: 'upload', upload: UPLOAD })).toBe('failed');
    expect(api.failure).toMatchObject({ code: 'unusable_source', detail: expect.stringContaining('Upload it again') });
  });
});

describe('what cannot be used is refused for good, with the file and the remedy', () => {
  test.each<[string, (files: Files) => Files, RegExp]>([
    ['no tokenizer.json', (files) => without(files, 'tokenizer.json'), /no tokenizer\.json.*save_pretrained/],
    [
      'a pickle',
      (files) => ({ ...without(files, 'model.safetensors'), 'pytorch_model.bin': new Uint8Array(9) }),
      /pytorch_model\.bin is a pickle.*safetensors/,
    ],
    ['another architecture', (files) => withConfig(files, { model_type: 'mamba' }), /mamba/],
    ['another shape', (files) => withConfig(files, { n_embd: 16 }), /config\.json says/],
    ['a config that is no JSON', (files) => ({ ...files, 'config.json': json('').slice(0, 1) }), /config\.json/],
    ['weights that are cut short', (files) => ({ ...files, 'model.safetensors': new Uint8Array(4) }), /cut short/],
  ])('%s', async (_, spoil, reason) => {
    expect(await runUpload(spoil(made.policy))).toBe('failed');
    expect(api.failure).toMatchObject({
      code: 'unusable_model',
      retryable: false,
      detail: expect.stringMatching(reason),
    });
    expect(await store.list(`${artifactPrefix}/`)).toEqual([]);
  });
});

describe('a hub', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  let hub: HubStandIn;
  beforeAll(async () => {
    hub = await startHub();
    hub.repositories['org/tiny'] = {
      commit,
      revisions: ['main'],
      files: { ...made.policy, 'README.md': json('A model.') },
    };
  });
  afterAll(() => hub.stop());

  test('gives a model at one commit, its connection broken off once', async () => {
    hub.cut = { name: 'model.safetensors', afterBytes: 5000 };
    const source = { type: 'hub', repo: 'org/tiny', revision: 'main' };
    expect(await run(source, { env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_secret' } })).toBe('succeeded');
    const origin = { type: 'hub', endpoint: hub.endpoint, repo: 'org/tiny', revision: 'main', commit };
    expect(api.completion?.result).toMatchObject({ origin });
    const { files } = await readManifest(store, `${artifactPrefix}/model`);
    expect(Object.keys(files).toSorted()).toEqual([...Object.keys(made.policy), 'golden.json'].toSorted());
    expect(JSON.stringify(api.events)).not.toContain('hf_secret');
  });

  test('that refuses ends the job for good', async () => {
    expect(await run({ type: 'hub', repo: 'org/none' }, { env: { HF_ENDPOINT: hub.endpoint } })).toBe('failed');
    expect(api.failure).toMatchObject({ code: 'unusable_source', retryable: false });
  });
});
