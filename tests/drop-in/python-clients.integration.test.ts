import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonWith } from '../../bench/core/python-environment.ts';
import { documentedCode } from './documented-code.ts';
import { type ServedModels, serveModels } from './served-models.ts';

const fromHere = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let python: string;
let served: ServedModels;
let found: Record<'openai' | 'cohere' | 'tei' | 'openrlhf', Record<string, unknown>>;
/** The normalised scores of the texts that the clients ask about. */
let scores: number[];

beforeAll(async () => {
  python = pythonWith('drop-in', fromHere('requirements.txt'));
  served = await serveModels();
  const { service, keys } = served;
  const env = {
    ...process.env,
    LAUREL_URL: service.baseUrl,
    LAUREL_KEY: keys.scoring,
    LAUREL_NARROW_KEY: keys.narrow,
    LAUREL_FOREIGN_KEY: keys.foreign,
  };
  found = JSON.parse((await promisify(execFile)(python, [fromHere('clients.py')], { env })).stdout);
  const prompt = 'A kite was left at the museum.\nTL;DR:';
  const completions = ['A kite.', 'A kite was left at the museum.', 'x'];
  const scored = await service.laurel.endpoints.score('june-reward', { items: [{ prompt, completions }] });
  scores = scored.items[0]?.scores.map(({ score }) => score) ?? [];
}, 600_000);
afterAll(() => served?.stop());

/** Texts and their relevance, the best one first. */
const ranked = () =>
  scores
    .map((score, index) => [index, expect.closeTo(1 / (1 + Math.exp(-score)), 4)] as const)
    .toSorted(([a], [b]) => (scores[b] ?? 0) - (scores[a] ?? 0));

test('openai: chats and completions, whole and in pieces', () => {
  const { openai } = found;
  expect(openai.chat).toEqual(expect.stringMatching(/./s));
  expect(openai.completion).toEqual(expect.stringMatching(/./s));
  expect(openai['chat streamed']).toBe(openai.chat);
  expect(openai['completion streamed']).toBe(openai.completion);
  const [whole, streamed] = openai.finish as string[];
  expect(streamed).toBe(whole);
  expect(openai.usage).toBeLessThanOrEqual(6);
  expect(openai.refusals).toEqual({
    unknown: 'AuthenticationError 401',
    narrow: 'PermissionDeniedError 403',
    foreign: 'NotFoundError 404',
    'no endpoint': 'NotFoundError 404',
    'a scoring endpoint': 'ConflictError 409',
  });
});

test('cohere: rerank', () => {
  expect(found.cohere.results).toEqual(ranked().slice(0, 2));
  expect(found.cohere.refusals).toEqual({
    unknown: 'UnauthorizedError 401',
    narrow: 'ForbiddenError 403',
    foreign: 'NotFoundError 404',
    'no endpoint': 'NotFoundError 404',
  });
});

test("LlamaIndex's reranker for Text Embeddings Inference", () => {
  expect(found.tei.results).toEqual(ranked().slice(0, 2));
  expect(found.tei.refusals).toEqual({
    unknown: 'HTTPError 401',
    narrow: 'HTTPError 403',
    foreign: 'HTTPError 404',
    'no endpoint': 'HTTPError 404',
  });
});

test('what OpenRLHF sends, with the key in the address', () => {
  expect(found.openrlhf.rewards).toEqual(scores.map((score) => expect.closeTo(score, 4)));
  expect(found.openrlhf.refusals).toEqual({
    unknown: 'HTTPError 401',
    narrow: 'HTTPError 403',
    foreign: 'HTTPError 404',
    'no endpoint': 'HTTPError 404',
  });
});

test('the documentation does what it says', async () => {
  const { service, keys } = served;
  const env = { ...process.env, LAUREL_API_KEY: keys.scoring };
  const blocks = documentedCode('python', service.baseUrl);
  const printed = await Promise.all(
    blocks.map(async (code) => (await promisify(execFile)(python, ['-c', code], { env })).stdout.trim()),
  );
  expect(printed).toEqual([
    expect.stringMatching(/There is no endpoint nobody .*\n.*\(\d, 0\.\d+\)/s),
    expect.stringMatching(/^(Something|A kite)\.$/),
  ]);
});
