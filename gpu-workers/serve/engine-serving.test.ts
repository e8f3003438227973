import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompletionScore, ServeGenerateRequest, ServeScoreRequest } from '@laurel/contracts';
import { readModelFiles, scoreCompletions } from '@laurel/learning';
import { FolderArtifactStore } from '@laurel/storage/artifacts';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portableEngine } from '../testing/portable-engine.ts';
import { tinyModels } from '../testing/tiny-models.ts';
import { EngineServing } from './engine-serving.ts';

const engine = await portableEngine();
const ROOMY_BYTES = 1e9;

let folder: string;
let store: FolderArtifactStore;
let models: Awaited<ReturnType<typeof tinyModels>>;
let serving: EngineServing;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serving-'));
  store = new FolderArtifactStore(folder);
  models = await tinyModels(engine.kernels, store);
}, 30_000);
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  serving = new EngineServing({ engine, store, maxModelBytes: ROOMY_BYTES });
});
afterEach(() => serving.dispose());

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
    const damaged = new EngineServing({ engine, store: elsewhere, maxModelBytes: ROOMY_BYTES });
    await expect(damaged.score(scoring(['dog'], { model: copies.rewardModel }))).rejects.toMatchObject({
      code: 'model_damaged',
    });
  });

  it('keeps what fits in memory, and leaves nothing behind when one gives way', async () => {
    await serving.score(scoring(['dog']));
    await serving.generate(generation());
    expect(serving.health().loaded_models).toBe(2);

    const small = new EngineServing({ engine, store, maxModelBytes: 1 });
    const before = tf.memory().numTensors;
    await small.score(scoring(['dog']));
    const withOne = tf.memory().numTensors;
    await small.generate(generation());
    expect(small.health().loaded_models).toBe(1);
    await small.score(scoring(['dog']));
    expect(tf.memory().numTensors).toBe(withOne);
    small.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
