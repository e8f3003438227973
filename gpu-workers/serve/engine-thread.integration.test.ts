import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GenerationDelta, ServeGenerateRequest } from '@laurel/contracts';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { portableEngine } from '../testing/portable-engine.ts';
import { tinyModels } from '../testing/tiny-models.ts';
import { BatchRunner } from './batch-runner.ts';
import { EngineThread } from './engine-thread.ts';
import type { Work } from './work.ts';

const options = { maxModelBytes: 1e9, idleMs: 600_000 };
let folder: string;
let models: Awaited<ReturnType<typeof tinyModels>>;
let thread: EngineThread;
let here: BatchRunner;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-thread-'));
  const { kernels } = await portableEngine();
  const store = new FolderArtifactStore(folder);
  models = await tinyModels(kernels, store);
  here = new BatchRunner({ kernels, store, ...options });
  vi.stubEnv('LAUREL_ENGINE', 'javascript');
  vi.stubEnv('LAUREL_ARTIFACTS', folder);
  thread = await EngineThread.start(options, () => {});
}, 60_000);
afterAll(async () => {
  await thread.stop();
  here.dispose();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const prompt = { head: 'the ', post: 'dog sees a cat', tail: ' often' };
const scoring = (): Work => ({
  type: 'score',
  request: { model: models.rewardModel, truncation: 'post', items: [{ prompt, completions: ['a dog', 'the bird'] }] },
});
const request = (): ServeGenerateRequest => ({
  model: models.policy,
  truncation: 'post',
  prompts: [prompt],
  n: 1,
  temperature: 0.7,
  max_tokens: 5,
  seed: 3,
});

it('computes what is computed here, and tells how long it took and what is in memory', async () => {
  const { results, preparingMs, computingMs, models: held } = await thread.run([scoring(), scoring()]);
  expect(results).toEqual((await here.run([scoring(), scoring()])).results);
  expect(preparingMs).toBeGreaterThan(0);
  expect(computingMs).toBeGreaterThan(0);
  expect(held.count).toBe(1);
});

it('refuses with the same words, and goes on', async () => {
  const wrong: Work = { type: 'score', request: { model: models.policy, truncation: 'post', items: [] } };
  const refusal = await here.run([wrong]).catch((error: unknown) => error);
  await expect(thread.run([wrong])).rejects.toEqual(refusal);
  await expect(thread.run([scoring()])).resolves.toMatchObject({ results: [{}] });
});

it('tells of a generation token by token, and ends one that nobody follows', async () => {
  const told: GenerationDelta[] = [];
  const listening = new AbortController();
  const follower = { onDelta: (delta: GenerationDelta) => void told.push(delta), signal: listening.signal };
  const { results } = await thread.run([{ type: 'generate', request: request(), follower }]);
  expect(results).toEqual((await here.run([{ type: 'generate', request: request(), follower: null }])).results);
  expect(told.length).toBeGreaterThan(1);

  listening.abort();
  const unheard: Work = { type: 'generate', request: { ...request(), max_tokens: 20 }, follower };
  expect((await thread.run([unheard])).results).toEqual([undefined]);
});

it('leaves this thread free meanwhile', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await thread.run([{ type: 'generate', request: { ...request(), n: 64, max_tokens: 20 }, follower: null }]);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
});

it('tells of its end', async () => {
  const onEnd = vi.fn<(error: unknown) => void>();
  const other = await EngineThread.start(options, onEnd);
  await other.stop();
  expect(onEnd).toHaveBeenCalledOnce();
});
