import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portableKernels } from '@laurel/learning';
import { ArtifactStoreFull, FolderArtifactStore, readManifest } from '@laurel/storage/artifacts';
import '@tensorflow/tfjs-backend-cpu';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../engine/native.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { artifactPrefix, tinyJob } from '../testing/tiny-job.ts';
import { JobApi } from './job-api.ts';
import { type RunJobOptions, runJob } from './run-job.ts';

const STEPS = 60;
const engine: Engine = { grade: 'javascript', precision: 'float32', kernels: portableKernels };

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

const run = (more: Partial<RunJobOptions> = {}) =>
  runJob({
    api: new JobApi(api.address),
    store,
    engine,
    log: pino({ enabled: false }),
    ending: new AbortController().signal,
    checkpointEveryMs: 0,
    ...more,
  });

/** Runs until a checkpoint at this step or later, then as if the machine asked the process to end. */
async function runUntil(step: number) {
  const ending = new AbortController();
  api.onCall = () => {
    if (api.points.some((point) => point.step >= step)) ending.abort();
  };
  const outcome = await run({ ending: ending.signal });
  api.onCall = () => undefined;
  return outcome;
}

const warnings = () => api.events.filter(({ type }) => type === 'warning').map(({ data }) => data);
const resultSha256 = () => api.completion?.model?.manifest_sha256;

/** The hash that names the weights of a run without any interruption. */
async function uninterrupted(): Promise<string | undefined> {
  await run();
  const sha256 = resultSha256();
  api.completion = null;
  for (const key of await store.list(`${artifactPrefix}/`)) await store.delete(key);
  return sha256;
}

describe('runJob', () => {
  it('trains to the end, tells of every step, and registers a model that is wholly there', async () => {
    expect(await run()).toBe('succeeded');
    expect(api.points.map(({ step }) => step)).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
    expect(api.points[0]?.values).toMatchObject({ loss: expect.any(Number), step_seconds: expect.any(Number) });
    expect(api.events.find(({ type }) => type === 'settings')?.data).toMatchObject({ seed: 7, engine: 'javascript' });
    expect(api.completion?.model).toMatchObject({ kind: 'base', config: { model_type: 'gpt2', n_embd: 8 } });
    const manifest = await readManifest(store, `${artifactPrefix}/model`, resultSha256());
    expect(Object.keys(manifest.files)).toEqual(['model.safetensors', 'config.json', 'tokenizer.json']);
  });

  it('stops when the job is cancelled', async () => {
    api.onCall = () => {
      if (api.points.length > 0) api.directive = 'cancel';
    };
    expect(await run()).toBe('cancelled');
    expect(api.cancelled).toBe(true);
    expect(api.completion).toBeNull();
  });

  it('says nothing more once another attempt has begun', async () => {
    api.onCall = () => {
      if (api.points.length > 0) api.refusal = 409;
    };
    expect(await run()).toBe('stale');
    expect([api.completion, api.failure, api.cancelled]).toEqual([null, null, false]);
  });

  it('does not begin what another worker has claimed', async () => {
    api.refusal = 409;
    expect(await run()).toBe('stale');
    expect(await store.list(artifactPrefix)).toEqual([]);
  });

  it('trains on while the API is away, and tells everything when it is back', async () => {
    let restarted: Promise<unknown> | undefined;
    api.onCall = () => {
      if (api.points.length > 0)
        restarted ??= api.stop().then(() => new Promise((r) => setTimeout(r, 700)).then(() => api.start()));
    };
    expect(await run()).toBe('succeeded');
    await restarted;
    expect(new Set(api.points.map(({ step }) => step)).size).toBe(STEPS);
  });

  it('gives up when the API stays away, leaving a checkpoint', async () => {
    api.onCall = () => {
      if (api.points.length > 0) void api.stop();
    };
    expect(await run({ patienceMs: 300 })).toBe('away');
    expect(await store.list(`${artifactPrefix}/`)).toContainEqual(expect.stringMatching(/\/\d+\/manifest\.json$/));
  });

  it('resumes where an ended process left, to the same weights', async () => {
    const expected = await uninterrupted();
    expect(await runUntil(5)).toBe('interrupted');
    expect(api.failure).toMatchObject({ code: 'interrupted', retryable: true });
    api.points.length = 0;
    expect(await run()).toBe('succeeded');
    expect(api.points[0]?.step).toBeGreaterThan(5);
    expect(resultSha256()).toBe(expected);
  });

  it('resumes from the checkpoint before a damaged one, with a warning, to the same weights', async () => {
    const expected = await uninterrupted();
    await runUntil(5);
    const [newest = 0] = (await store.list(`${artifactPrefix}/`))
      .map((key) => Number(key.split('/')[2]))
      .toSorted((a, b) => b - a);
    await writeFile(join(folder, artifactPrefix, String(newest), 'trainer.safetensors'), 'damaged');
    expect(await run()).toBe('succeeded');
    expect(warnings()).toMatchObject([{ code: 'checkpoint_unusable', step: newest }]);
    expect(resultSha256()).toBe(expected);
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
