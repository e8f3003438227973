import { Problem, problemDetails, type ServeScoreRequest } from '@laurel/contracts';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createServeApp, type Serving } from './app.ts';

const token = 'serving-token';
const request: ServeScoreRequest = {
  model: { prefix: 'artifacts/job_1/model', manifest_sha256: 'ab' },
  truncation: 'post',
  items: [{ prompt: { head: '', post: 'a post', tail: '' }, completions: ['a summary'] }],
};

function appWith(score: Serving['score']) {
  const serving: Serving = {
    health: () => ({ engine: 'javascript', precision: 'float32', loaded_models: 0 }),
    score,
    generate: () => Promise.reject(new Error('not asked for')),
  };
  const app = createServeApp({ serving, token, log: pino({ enabled: false }) });
  return (path: string, init: RequestInit = {}) =>
    app.request(path, { headers: { authorization: `Bearer ${token}` }, ...init });
}
const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
const problemOf = async (response: Response) => problemDetails.parse(await response.json());

const ask = appWith(() => Promise.resolve({ items: [] }));

describe('serve app', () => {
  it('tells its engine', async () => {
    const response = await ask('/health');
    expect(await response.json()).toEqual({ engine: 'javascript', precision: 'float32', loaded_models: 0 });
  });

  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer serving-tokem' }],
    ['a longer token', { authorization: `Bearer ${token}s` }],
  ])('refuses %s', async (_, headers) => {
    for (const path of ['/health', '/score', '/generate', '/nowhere']) {
      const response = await ask(path, { headers: headers as HeadersInit });
      expect(response.status).toBe(401);
    }
  });

  it('hands a request on and answers what it gets', async () => {
    let seen: ServeScoreRequest | undefined;
    const answer = { items: [[{ raw: 1, score: 0.5, tokens: 9, truncated: false }]] };
    const response = await appWith(async (given) => {
      seen = given;
      return answer;
    })('/score', post(request));
    expect(seen).toEqual(request);
    expect(await response.json()).toEqual(answer);
  });

  it('answers what is not JSON with 400', async () => {
    const response = await ask('/score', { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ code: 'malformed_json' });
  });

  it('names the place of a wrong field', async () => {
    const response = await ask('/score', post({ ...request, items: [{ ...request.items[0], completions: [3] }] }));
    expect(response.status).toBe(422);
    expect((await problemOf(response)).errors).toMatchObject([{ pointer: '/items/0/completions/0' }]);
  });

  it('refuses a body that is too large', async () => {
    const body = JSON.stringify({ text: 'a'.repeat(17 * 1024 * 1024) });
    const headers = { authorization: `Bearer ${token}`, 'content-length': String(body.length) };
    const response = await ask('/score', { method: 'POST', body, headers });
    expect(response.status).toBe(413);
  });

  it('passes a problem on, with the time to come back', async () => {
    const busy = appWith(() => Promise.reject(new Problem(503, 'busy', 'Try again.', { retryAfterSeconds: 1 })));
    const response = await busy('/score', post(request));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'busy', detail: 'Try again.' });
  });

  it('says nothing of an unknown error', async () => {
    const broken = appWith(() => Promise.reject(new Error('secret detail')));
    const response = await broken('/score', post(request));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
  });
});
