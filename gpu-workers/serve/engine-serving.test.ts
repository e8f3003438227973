import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CompletionScore,
  type GenerationDelta,
  GOLDEN_TOLERANCE,
  type ServeGenerateRequest,
  type ServeScoreRequest,
} from '@laurel/contracts';
import { goldenItems, readModelFiles, scoreCompletions } from '@laurel/learning';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { portableEngine } from '../testing/portable-engine.ts';
import { tinyModels } from '../testing/tiny-models.ts';
import { BatchRunner, type BatchRunnerOptions } from './batch-runner.ts';
import { type Computing, EngineServing } from './engine-serving.ts';
import { ServingMetrics } from './serving-metrics.ts';

const engine = await portableEngine();
const ROOMY_BYTES = 1e9;

let folder: string;
let store: FolderArtifactStore;
let models: Awaited<ReturnType<typeof tinyModels>>;
let serving: EngineServing;
let runners: BatchRunner[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serving-'));
  store = new FolderArtifactStore(folder);
  models = await tinyModels(engine.kernels, store);
}, 30_000);
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  serving = servingWith({});
});
afterEach(() => {
  serving.dispose();
  for (const runner of runners) runner.dispose();
  runners = [];
});

function servingWith(more: Partial<BatchRunnerOptions>): EngineServing {
  const options = { kernels: engine.kernels, store, maxModelBytes: ROOMY_BYTES, idleMs: 600_000, ...more };
  const computing = new BatchRunner(options);
  runners.push(computing);
  return new EngineServing({ computing, engine, idleMs: options.idleMs, metrics: new ServingMetrics() });
}

const prompt = (post: string) => ({ head: 'the ', post, tail: ' often' });
const POSTS = ['dog sees a cat', 'bird hears the house', 'cat never sees'];

function scoring(posts: string[], more: Partial<ServeScoreRequest> = {}): ServeScoreRequest {
  const items = posts.map((post) => ({ prompt: prompt(post), completions: ['a dog', 'the bird sees'] }));
  return { model: models.rewardModel, truncation: 'post', items, ...more };
}
function generation(more: Partial<ServeGenerateRequest> = {}): ServeGenerateRequest {
  const prompts = POSTS.map(prompt);
  const settings = { n: 2, temperature: 0.7, max_tokens: 5, seed: 3 };
  return { model: models.policy, truncation: 'post', prompts, ...settings, ...more };
}

describe('scoring', () => {
  it('gives the scores that the trainer gives', async () => {
    const model = readModelFiles(models.rewardFiles);
    const request = scoring(POSTS);
    expect((await serving.score(request)).items).toEqual(scoreCompletions(engine.kernels, model, request.items));
    tf.dispose(model.decoder.parameters);
  });

  it('comes to the golden scores, long and foreign texts among them', async () => {
    const golden = goldenItems(engine.kernels, models.rewardFiles);
    expect(golden.length).toBeGreaterThan(1);
    const items = golden.map(({ prompt, completions }) => ({ prompt, completions }));
    const scored = (await serving.score({ ...scoring([]), items })).items.flat();
    golden
      .flatMap(({ values }) => values)
      .forEach((value, i) => {
        expect(Math.abs((scored[i]?.raw ?? Number.NaN) - value)).toBeLessThan(GOLDEN_TOLERANCE);
      });
  });

  it('normalises: the score is the raw one plus the bias of the model', async () => {
    const { items } = await serving.score(scoring(['dog']));
    for (const { raw, score } of items.flat()) expect(score).toBeCloseTo(raw - 0.5, 6);
  });

  it('gives a post the same scores alone, among others, and in requests at the same time', async () => {
    const together = (await serving.score(scoring(POSTS))).items.flat();
    const alone: CompletionScore[] = [];
    for (const post of POSTS) alone.push(...(await serving.score(scoring([post]))).items.flat());
    const atOnce = await Promise.all(POSTS.map((post) => serving.score(scoring([post]))));
    const parallel = atOnce.flatMap(({ items }) => items.flat());
    together.forEach(({ raw }, i) => {
      expect(alone[i]?.raw).toBeCloseTo(raw, 4);
      expect(parallel[i]?.raw).toBeCloseTo(raw, 4);
    });
  });

  it('says that a post is too long when it may not be cut, and cuts it when it may', async () => {
    const long = 'the dog sees a cat '.repeat(30);
    await expect(serving.score(scoring([long], { truncation: 'error' }))).rejects.toMatchObject({
      status: 422,
      code: 'does_not_fit',
    });
    const { items } = await serving.score(scoring([long]));
    expect(items.flat().every(({ truncated }) => truncated)).toBe(true);
  });

  it('cuts a completion that leaves no room for an empty post when it may', async () => {
    const items = [{ prompt: prompt(''), completions: ['the dog sees a cat '.repeat(30), 'a dog'] }];
    await expect(serving.score(scoring([], { items }))).rejects.toMatchObject({ code: 'does_not_fit' });
    const [scores = []] = (await serving.score(scoring([], { items, truncation: 'completion' }))).items;
    expect(scores.map(({ truncated }) => truncated)).toEqual([true, false]);
  });

  it('fails only the request with the too long post of those at the same time', async () => {
    const long = scoring(['the dog sees a cat '.repeat(30)], { truncation: 'error' });
    const answers = await Promise.allSettled([
      serving.score(scoring(['dog'], { truncation: 'error' })),
      serving.score(long),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses a policy', async () => {
    const request = scoring(['dog'], { model: models.policy });
    await expect(serving.score(request)).rejects.toMatchObject({ status: 422, code: 'not_a_reward_model' });
  });
});

describe('generating', () => {
  it('gives the same texts for the same request, others for another seed', async () => {
    const first = await serving.generate(generation());
    expect(await serving.generate(generation())).toEqual(first);
    expect(await serving.generate(generation({ seed: 4 }))).not.toEqual(first);
    for (const { tokens, log_prob } of first.prompts.flat()) {
      expect(tokens).toBeLessThanOrEqual(5);
      expect(log_prob).toBeLessThan(0);
    }
  });

  it('tells the same token by token', async () => {
    const whole = await serving.generate(generation());
    const told: string[][] = POSTS.map(() => ['', '']);
    let deltas = 0;
    const onDelta = ({ prompt, sample, text }: GenerationDelta) => {
      deltas++;
      (told[prompt] as string[])[sample] += text;
    };
    expect(await serving.follow(generation(), { onDelta, signal: new AbortController().signal })).toEqual(whole);
    expect(told).toEqual(whole.prompts.map((samples) => samples.map(({ text }) => text)));
    expect(deltas).toBeGreaterThan(POSTS.length * 2);
  });

  it('stops when nobody follows any more, and leaves nothing behind', async () => {
    await serving.load(models.policy);
    const before = tf.memory().numTensors;
    const listening = new AbortController();
    const follower = { onDelta: () => listening.abort(), signal: listening.signal };
    expect(await serving.follow(generation(), follower)).toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells how probable it finds a text', async () => {
    const items = [{ prompt: prompt('dog sees'), completions: ['a dog', 'a dog sees a dog'] }];
    const [[short, long] = []] = (await serving.logProbs({ model: models.policy, items })).items;
    expect(short?.log_prob).toBeLessThan(0);
    expect(long?.tokens).toBeGreaterThan(short?.tokens ?? Number.POSITIVE_INFINITY);
    await expect(serving.logProbs({ model: models.rewardModel, items })).rejects.toMatchObject({
      code: 'not_a_policy',
    });
  });

  it('refuses a reward model, and more tokens than the context has', async () => {
    await expect(serving.generate(generation({ model: models.rewardModel }))).rejects.toMatchObject({
      code: 'not_a_policy',
    });
    await expect(serving.generate(generation({ max_tokens: 1000 }))).rejects.toMatchObject({ status: 422 });
  });
});

describe('models', () => {
  it('answers 404 for one that is not there', async () => {
    const model = { prefix: 'artifacts/nowhere/model', manifest_sha256: 'ab' };
    await expect(serving.score(scoring(['dog'], { model }))).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  it('serves nothing whose manifest or bytes are not those asked for', async () => {
    const model = { ...models.rewardModel, manifest_sha256: 'ab' };
    await expect(serving.score(scoring(['dog'], { model }))).rejects.toMatchObject({ code: 'model_damaged' });

    const copies = await tinyModels(engine.kernels, new FolderArtifactStore(join(folder, 'copy')));
    const elsewhere = new FolderArtifactStore(join(folder, 'copy'));
    await writeFile(join(folder, 'copy', copies.rewardModel.prefix, 'model.safetensors'), 'damaged');
    const damaged = servingWith({ store: elsewhere });
    await expect(damaged.score(scoring(['dog'], { model: copies.rewardModel }))).rejects.toMatchObject({
      code: 'model_damaged',
    });
  });

  it('keeps what fits in memory, and leaves nothing behind when one gives way', async () => {
    await serving.score(scoring(['dog']));
    await serving.generate(generation());
    expect(serving.health().loaded_models).toBe(2);

    const small = servingWith({ maxModelBytes: 1 });
    const before = tf.memory().numTensors;
    await small.score(scoring(['dog']));
    const withOne = tf.memory().numTensors;
    await small.generate(generation());
    expect(small.health().loaded_models).toBe(1);
    await small.score(scoring(['dog']));
    expect(tf.memory().numTensors).toBe(withOne);
    runners.at(-1)?.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves the memory when it was not asked for a while', async () => {
    const idle = servingWith({ idleMs: 40 });
    await idle.load(models.rewardModel);
    expect(idle.health().loaded_models).toBe(1);
    await vi.waitFor(() => expect(idle.health().loaded_models).toBe(0));
    idle.dispose();
  });

  it('does not mind a line that is too long for the sweep', async () => {
    const rest = { preparingMs: 0, models: { count: 0, bytes: 0 } };
    const answers = { results: [{ items: [] }], computingMs: 1e6, ...rest };
    let go: () => void = () => {};
    const held = new Promise<typeof answers>((resolve) => {
      go = () => resolve(answers);
    });
    const run = vi.fn<Computing['run']>().mockResolvedValueOnce(answers).mockReturnValue(held);
    const slow = new EngineServing({ computing: { run }, engine, idleMs: 20, metrics: new ServingMetrics() });
    await slow.score(scoring(['dog']));
    const computed = slow.score(scoring(['dog']));
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
    const waiting = slow.score(scoring(['dog'])); // 1,000 s, at the pace of the first
    await sleep(50);
    slow.dispose();
    go();
    await Promise.all([computed, waiting]);
    expect(run.mock.calls.filter(([[work]]) => work?.type === 'score')).toHaveLength(3);
  });
});
