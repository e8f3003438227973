import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Cohere, CohereClientV2 } from 'cohere-ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedCode } from './documented-code.ts';
import { type ServedModels, serveModels } from './served-models.ts';

let served: ServedModels;
beforeAll(async () => {
  served = await serveModels();
}, 300_000);
afterAll(() => served?.stop());

const PROMPT = 'A kite was left at the museum.\nTL;DR:';
const KEYS = ['scoring', 'narrow', 'foreign'] as const;
const keyOf = (name: (typeof KEYS)[number] | 'unknown') => (name === 'unknown' ? 'lk_unknown' : served.keys[name]);

async function refusal(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused.');
}

describe('openai', () => {
  const client = (key: Parameters<typeof keyOf>[0] = 'scoring') =>
    new OpenAI({ baseURL: `${served.service.baseUrl}/openai/v1`, apiKey: keyOf(key), maxRetries: 0 });
  const settings = { model: 'june-policy', max_tokens: 6, seed: 1 };
  const messages = [{ role: 'user' as const, content: PROMPT }];

  test('chat completions come whole, and the same in pieces', async () => {
    const { chat } = client();
    const whole = await chat.completions.create({ ...settings, messages });
    expect(whole.choices).toHaveLength(1);
    expect(whole.usage?.completion_tokens).toBeLessThanOrEqual(6);

    const stream = await chat.completions.create({
      ...settings,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    const reasons: unknown[] = [];
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      reasons.push(...chunk.choices.flatMap(({ finish_reason }) => finish_reason ?? []));
      usage = chunk.usage ?? usage;
    }
    expect(text).not.toBe('');
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(reasons).toEqual([whole.choices[0]?.finish_reason]);
    expect(usage).toEqual(whole.usage);
  });

  test("the client's own helper follows a stream to its end", async () => {
    const whole = await client().chat.completions.create({ ...settings, messages });
    const { choices } = await client()
      .chat.completions.stream({ ...settings, messages })
      .finalChatCompletion();
    expect(choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
  });

  test('completions come whole, and the same in pieces, of several prompts', async () => {
    const asked = { ...settings, prompt: [PROMPT, 'Another post.'], n: 2 };
    const whole = await client().completions.create(asked);
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    const texts = ['', '', '', ''];
    for await (const { choices } of await client().completions.create({ ...asked, stream: true })) {
      for (const { index, text } of choices) texts[index] += text;
    }
    expect(texts).not.toContain('');
    expect(texts).toEqual(whole.choices.map(({ text }) => text));
  });

  test.each([
    ['unknown', OpenAI.AuthenticationError, 401],
    ['narrow', OpenAI.PermissionDeniedError, 403],
    ['foreign', OpenAI.NotFoundError, 404],
  ] as const)("a key that is %s is refused as the client's own error", async (key, kind, status) => {
    for (const stream of [false, true]) {
      const error = await refusal(client(key).chat.completions.create({ ...settings, messages, stream }));
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) });
    }
    expect(await refusal(client(key).completions.create({ ...settings, prompt: PROMPT }))).toBeInstanceOf(kind);
  });

  test('errors say what is wrong, where', async () => {
    const ask = (more: object) => refusal(client().chat.completions.create({ ...settings, messages, ...more }));
    const unknown = await ask({ model: 'nobody' });
    expect(unknown).toBeInstanceOf(OpenAI.NotFoundError);
    expect(unknown).toMatchObject({ code: 'not_found', type: 'invalid_request_error' });
    expect(String(unknown)).toContain('nobody');
    const unsupported = await ask({ top_p: 0.5 });
    expect(unsupported).toBeInstanceOf(OpenAI.UnprocessableEntityError);
    expect(unsupported).toMatchObject({ code: 'invalid_request', param: '/top_p' });
    expect(await ask({ model: 'june-reward' })).toBeInstanceOf(OpenAI.ConflictError);
  });
});

describe('cohere-ai', () => {
  const client = (key: Parameters<typeof keyOf>[0] = 'scoring') =>
    new CohereClientV2({ environment: `${served.service.baseUrl}/cohere`, token: keyOf(key) });
  const documents = ['A kite.', 'A kite was left at the museum.', 'x'];
  const rerank = (key: Parameters<typeof keyOf>[0] = 'scoring', model = 'june-reward') =>
    client(key).rerank({ model, query: PROMPT, documents, topN: 2 }, { maxRetries: 0 });

  test('documents come in the order of their scores', async () => {
    const { results } = await rerank();
    const items = [{ prompt: PROMPT, completions: documents }];
    const scored = await served.service.laurel.endpoints.score('june-reward', { items });
    const scores = scored.items[0]?.scores.map(({ score }) => score) ?? [];
    const best = [0, 1, 2].toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, 2);
    expect(results.map(({ index }) => index)).toEqual(best);
    for (const { index, relevanceScore } of results) {
      expect(relevanceScore).toBeCloseTo(1 / (1 + Math.exp(-(scores[index] ?? NaN))), 4);
    }
  });

  test.each([
    ['unknown', Cohere.UnauthorizedError, 401],
    ['narrow', Cohere.ForbiddenError, 403],
    ['foreign', Cohere.NotFoundError, 404],
  ] as const)("a key that is %s is refused as the client's own error", async (key, kind, statusCode) => {
    const error = await refusal(rerank(key));
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ statusCode, body: { message: expect.any(String) } });
  });

  test('an endpoint that is not there is not found', async () => {
    expect(await refusal(rerank('scoring', 'nobody'))).toBeInstanceOf(Cohere.NotFoundError);
  });
});

test('the documentation does what it says', async () => {
  const { service, keys } = served;
  const folder = fileURLToPath(new URL('../../.laurel', import.meta.url));
  const file = `${folder}/drop-in-${process.pid}.ts`;
  const [code = ''] = documentedCode('ts', service.baseUrl);
  await mkdir(folder, { recursive: true });
  await writeFile(file, code);
  const env = { ...process.env, LAUREL_API_KEY: keys.scoring };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { env });
    expect(stdout).toMatch(/relevanceScore: 0\.\d+/);
  } finally {
    await rm(file);
  }
});
