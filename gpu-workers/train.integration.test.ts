import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApi } from './testing/fake-api.ts';
import { artifactPrefix, tinyJob } from './testing/tiny-job.ts';

const STEPS = 300;
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const entry = fileURLToPath(new URL('./train.ts', import.meta.url));

let folder: string;
let store: FolderArtifactStore;
let api: FakeApi;
const workers: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-'));
  store = new FolderArtifactStore(folder);
  api = await new FakeApi(await tinyJob(store, { steps: STEPS })).start();
});
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.kill('SIGKILL');
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ending {
  exitCode: number | null;
  signal: string | null;
  output: string;
}

/** Starts train.ts as the launcher does, on the engine that is there everywhere. */
function startWorker(env: Record<string, string> = {}): { worker: ChildProcess; ended: Promise<Ending> } {
  const { apiUrl, jobId, token } = api.address;
  const worker = spawn(process.execPath, ['--import', tsx, entry], {
    env: {
      PATH: process.env.PATH,
      LAUREL_API_URL: apiUrl,
      LAUREL_JOB_ID: jobId,
      LAUREL_JOB_TOKEN: token,
      LAUREL_ARTIFACTS: folder,
      LAUREL_CHECKPOINT_SECONDS: '0.2',
      LAUREL_ENGINE: 'javascript',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  workers.push(worker);
  let output = '';
  for (const stream of [worker.stdout, worker.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const ended = once(worker, 'close').then(([exitCode, signal]) => ({ exitCode, signal, output }));
  return { worker, ended };
}

/** Resolves once the API has been told of a checkpoint. */
const checkpointTold = () =>
  new Promise<void>((resolve) => {
    api.onCall = () => {
      if (api.events.some(({ type }) => type === 'checkpoint')) resolve();
    };
  });

describe('train.ts', () => {
  it('killed in mid-training and started again, ends with the weights of an uninterrupted run', async () => {
    expect((await startWorker().ended).exitCode).toBe(0);
    const expected = api.completion?.result;
    expect(expected).toBeDefined();
    for (const key of await store.list(`${artifactPrefix}/`)) await store.delete(key);
    api.completion = null;
    api.points.length = 0;
    api.events.length = 0;

    const first = startWorker();
    await checkpointTold();
    first.worker.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    expect(api.completion).toBeNull();
    api.points.length = 0;

    const second = await startWorker().ended;
    expect(second.exitCode).toBe(0);
    expect(api.points[0]?.step).toBeGreaterThan(1);
    expect(api.completion).toMatchObject({ result: expected });
    expect(second.output).not.toContain(api.address.token);
  });

  it('leaves a checkpoint and tells why when it is asked to end', async () => {
    const { worker, ended } = startWorker();
    await checkpointTold();
    worker.kill('SIGTERM');
    expect((await ended).exitCode).toBe(5);
    expect(api.failure).toMatchObject({ code: 'interrupted', retryable: true });
  });

  it('names what is missing from its environment', async () => {
    const { exitCode, output } = await startWorker({ LAUREL_API_URL: '' }).ended;
    expect(exitCode).toBe(2);
    expect(output).toContain('LAUREL_API_URL');
  });

  it('ends quietly when its attempt is not the present one', async () => {
    api.refusal = 409;
    expect((await startWorker().ended).exitCode).toBe(3);
  });
});
