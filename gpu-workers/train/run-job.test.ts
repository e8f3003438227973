import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Files } from '@laurel/learning';
import { ArtifactStoreFull, FolderArtifactStore, readManifest, writeManifest } from '@laurel/storage/artifacts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeApi } from '../testing/fake-api.ts';
import { portableEngine } from '../testing/portable-engine.ts';
import { artifactPrefix, tinyJob } from '../testing/tiny-job.ts';
import { importSettings } from './import/import-settings.ts';
import { JobApi } from './job-api.ts';
import { startReporter } from './reporter.ts';
import { type RunJobOptions, runJob } from './run-job.ts';

const STEPS = 12;
const everyStep = Array.from({ length: STEPS }, (_, i) => i + 1);
const engine = await portableEngine();

let folder: string;
let store: FolderArtifactStore;
let api: FakeApi;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-job-'));
  store = new FolderArtifactStore(folder);
  api = await new FakeApi(await tinyJob(store, { steps: STEPS })).start();
});
afterEach(async () => {
  await api.stop();
  await rm(folder, { recursive: true });
});

const run = async (more: Partial<RunJobOptions> = {}) =>
  runJob({
    api: new JobApi(api.address),
    store,
    engine,
    log: pino({ enabled: false }),
    ending: new AbortController().signal,
    importing: importSettings({}),
    checkpointEveryMs: 0, // after every step
    reporter: await startReporter(api.address, more.patienceMs),
    ...more,
  });

/** Does something in mid-training: when the checkpoint of this step is about to be whole. */
function atStep(step: number, act: () => unknown): void {
  const put = store.put.bind(store);
  store.put = async (key, content) => {
    if (key === `${artifactPrefix}/${step}/manifest.json`) await act();
    await put(key, content);
  };
}

/** Runs as if the machine asked the process to end after this step. */
function runUntil(step: number) {
  const ending = new AbortController();
  atStep(step, () => ending.abort());
  return run({ ending: ending.signal });
}

/** Makes every weight of a checkpoint NaN, as a step with too high a learning rate does. */
async function fillWithNaN(step: number): Promise<void> {
  const prefix = `${artifactPrefix}/${step}`;
  const { files: listed } = await readManifest(store, prefix);
  const files: Files = {};
  for (const name of Object.keys(listed)) files[name] = await store.get(`${prefix}/${name}`);
  const weights = Buffer.from(files['model.safetensors'] ?? []);
  const headerBytes = Number(weights.readBigUInt64LE());
  files['model.safetensors'] = weights.fill(0xff, 8 + headerBytes); // all bits set is a NaN
  await writeManifest(store, prefix, files);
}

const warnings = () => api.events.filter(({ type }) => type === 'warning').map(({ data }) => data);
const resultSha256 = () =>
  api.completion?.result.type === 'model' ? api.completion.result.manifest_sha256 : undefined;

/** The hash that names the weights of a run without any interruption. */
async function uninterrupted(): Promise<string | undefined> {
  await run();
  const sha256 = resultSha256();
  api.completion = null;
  for (const key of await store.list(`${artifactPrefix}/`)) await store.delete(key);
  return sha256;
}

describe('runJob', { timeout: 30_000 }, () => {
  it('trains to the end, tells of every step, and registers a model that is wholly there', async () => {
    expect(await run()).toBe('succeeded');
    expect(api.points.map(({ step }) => step)).toEqual(everyStep);
    expect(api.points[0]?.values).toMatchObject({ loss: expect.any(Number), step_seconds: expect.any(Number) });
    expect(api.events.find(({ type }) => type === 'settings')?.data).toMatchObject({ seed: 7, engine: 'javascript' });
    expect(api.completion?.result).toMatchObject({ kind: 'base', config: { model_type: 'gpt2', n_embd: 8 } });
    const manifest = await readManifest(store, `${artifactPrefix}/model`, resultSha256());
    expect(Object.keys(manifest.files).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'golden.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });

  it('tells where the time went, if it is asked to', async () => {
    Object.assign(api.claim.spec, { profile: true });
    await run();
    expect(api.points[0]?.values).toMatchObject({
      'profile/phase/forward': expect.any(Number),
      'profile/phase/backward': expect.any(Number),
      'profile/phase/optimiser': expect.any(Number),
      'profile/tokens_per_second': expect.any(Number),
    });
  });

  it('stops when the job is cancelled', async () => {
    atStep(3, async () => {
      api.directive = 'cancel';
      const heartbeats = api.heartbeats.length;
      await vi.waitFor(() => expect(api.heartbeats.length).toBeGreaterThan(heartbeats + 1), 10_000);
    });
    expect(await run()).toBe('cancelled');
    expect(api.cancelled).toBe(true);
    expect(api.completion).toBeNull();
    expect(api.points.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it('pauses behind a checkpoint, and goes on from it to the same weights', async () => {
    const expected = await uninterrupted();
    atStep(3, async () => {
      api.directive = 'pause';
      const heartbeats = api.heartbeats.length;
      await vi.waitFor(() => expect(api.heartbeats.length).toBeGreaterThan(heartbeats + 1), 10_000);
    });
    expect(await run()).toBe('paused');
    expect(api.paused).toBe(true);
    expect(await store.list(`${artifactPrefix}/3/`)).toContain(`${artifactPrefix}/3/manifest.json`);
    api.directive = 'continue';
    api.points.length = 0;
    expect(await run()).toBe('succeeded');
    expect(api.points[0]?.step).toBe(4);
    expect(resultSha256()).toBe(expected);
  });

  it('says nothing more once another attempt has begun', async () => {
    atStep(3, () => {
      api.refusal = 409;
    });
    expect(await run()).toBe('stale');
    expect([api.completion, api.failure, api.cancelled]).toEqual([null, null, false]);
  });

  it('does not begin what another worker has claimed', async () => {
    api.refusal = 409;
    expect(await run()).toBe('stale');
    expect(await store.list(artifactPrefix)).toEqual([]);
  });

  it('trains on while the API is away, and tells everything when it is back', async () => {
    let restarted: Promise<unknown> = Promise.resolve();
    atStep(3, async () => {
      await api.stop();
      restarted = sleep(700).then(() => api.start());
    });
    expect(await run()).toBe('succeeded');
    await restarted;
    expect(api.points.map(({ step }) => step)).toEqual(everyStep);
  });

  it('gives up when the API stays away, leaving a checkpoint', async () => {
    atStep(3, () => api.stop());
    expect(await run({ patienceMs: 300 })).toBe('away');
    expect(await store.list(`${artifactPrefix}/`)).toContainEqual(expect.stringMatching(/\/\d+\/manifest\.json$/));
  });

  it('resumes where an ended process left, to the same weights', async () => {
    const expected = await uninterrupted();
    expect(await runUntil(5)).toBe('interrupted');
    expect(api.failure).toMatchObject({ code: 'interrupted', retryable: true });
    api.points.length = 0;
    expect(await run()).toBe('succeeded');
    expect(api.points[0]?.step).toBe(6);
    expect(resultSha256()).toBe(expected);
  });

  it('resumes from the checkpoint before a damaged one, with a warning, to the same weights', async () => {
    const expected = await uninterrupted();
    await runUntil(5);
    await writeFile(join(folder, artifactPrefix, '5/trainer.safetensors'), 'damaged');
    api.points.length = 0;
    expect(await run()).toBe('succeeded');
    expect(warnings()).toMatchObject([{ code: 'checkpoint_unusable', step: 5 }]);
    expect(api.points[0]?.step).toBe(5);
    expect(resultSha256()).toBe(expected);
  });

  it('fails for good, with the remedy, when training has diverged', async () => {
    await runUntil(5);
    await fillWithNaN(5);
    expect(await run()).toBe('failed');
    expect(api.failure).toEqual({
      code: 'diverged',
      detail:
        'The loss of update 6 is not finite: lower the learning_rate. ' +
        `The last good checkpoint is that of step 4, at ${artifactPrefix}/4/.`,
      retryable: false,
    });
    expect(await store.list(`${artifactPrefix}/6/`)).toEqual([]);
    expect(await store.list(`${artifactPrefix}/4/`)).toContain(`${artifactPrefix}/4/manifest.json`);
  });

  it('fails for good on data that is not what was uploaded', async () => {
    await store.put(Object.values(api.claim.datasets)[0]?.key ?? '', new TextEncoder().encode('{"text":"other"}\n'));
    expect(await run()).toBe('failed');
    expect(api.failure).toMatchObject({ code: 'artifact_corrupt', retryable: false });
  });

  it('fails with the place when the disk is full, leaving no half checkpoint', async () => {
    const put = store.put.bind(store);
    store.put = async (key, content) => {
      if (key.endsWith('trainer.safetensors')) throw new ArtifactStoreFull(key, folder);
      await put(key, content);
    };
    expect(await run()).toBe('failed');
    expect(api.failure).toMatchObject({ code: 'artifact_store_full', retryable: false });
    expect(api.failure?.detail).toContain(folder);
    expect((await store.list(artifactPrefix)).filter((key) => key.endsWith('manifest.json'))).toEqual([]);
  });
});
