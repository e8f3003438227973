import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem, problemDetails, type ServeScoreRequest } from '@laurel/contracts';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createServeApp, type Serving } from './app.ts';
import { ServingMetrics } from './serving-metrics.ts';

const token = 'serving-token';
const request: ServeScoreRequest = {
  model: { prefix: 'artifacts/job_1/model', manifest_sha256: 'ab' },
  truncation: 'post',
  items: [{ prompt: { head: '', post: 'a post', tail: '' }, completions: ['a summary'] }],
};

const notAskedFor = () => Promise.reject(new Error('not asked for'));
const ending = new AbortController();

function appWith(score: Serving['score'], more: Partial<Serving> = {}, end = ending.signal) {
  const serving: Serving = {
    health: () => ({ engine: 'javascript', precision: 'float32', loaded_models: 0 }),
    score,
    logProbs: notAskedFor,
    generate: notAskedFor,
    follow: notAskedFor,
    load: () => Promise.resolve(),
    ...more,
  };
  const log = pino({ enabled: false });
  const app = createServeApp({ serving, metrics: new ServingMetrics(), token, log, ending: end });
  return (path: string, init: RequestInit = {}) =>
    app.request(path, { headers: { authorization: `Bearer ${token}` }, ...init });
}
const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
const problemOf = async (response: Response) => problemDetails.parse(await response.json());

/** Requests are counted behind their answers. */
async function metricsOf(app: ReturnType<typeof appWith>): Promise<string> {
  await nextTurn();
  return (await app('/metrics')).text();
}

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
    for (const path of ['/health', '/metrics', '/score', '/generate', '/nowhere']) {
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

  it('says where the time went', async () => {
    const timed = appWith(async (_, __, onTimed) => {
      onTimed?.({ queueMs: 1.5, modelMs: 20 });
      return { items: [] };
    });
    expect((await timed('/score', post(request))).headers.get('server-timing')).toBe('queue;dur=1.50, model;dur=20.00');
  });

  it('answers what is not JSON with 400', async () => {
    const response = await ask('/score', { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ code: 'malformed_json' });
  });

  it.each([
    [413, 'body_too_large', { 'content-length': String(2 ** 24 + 1) }],
    [411, 'length_required', { 'transfer-encoding': 'chunked' }],
  ])('refuses a body with %i by what is said of it', async (status, code, said) => {
    const headers = { authorization: `Bearer ${token}`, ...said };
    const response = await ask('/score', { ...post(request), headers: headers as HeadersInit });
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
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

  it('hands on how long the caller waits', async () => {
    let deadline: number | undefined;
    const app = appWith(async (_, deadlineMs) => {
      deadline = deadlineMs;
      return { items: [] };
    });
    const headers = { authorization: `Bearer ${token}`, 'x-timeout-ms': '5000' };
    await app('/score', { ...post(request), headers });
    expect((deadline ?? 0) - performance.now()).toBeLessThanOrEqual(5000);
    expect((deadline ?? 0) - performance.now()).toBeGreaterThan(4000);
  });

  it('is alive and ready, for all to see; about to end, it is alive and takes nothing more', async () => {
    const end = new AbortController();
    const app = appWith(() => Promise.resolve({ items: [] }), {}, end.signal);
    const anonymously = async (path: string) => (await app(path, { headers: {} })).status;
    expect([await anonymously('/live'), await anonymously('/ready')]).toEqual([204, 204]);
    end.abort();
    expect([await anonymously('/live'), await anonymously('/ready')]).toEqual([204, 503]);
    const refused = await app('/score', post(request));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it('counts requests for Prometheus', async () => {
    const app = appWith(() => Promise.resolve({ items: [] }));
    await app('/score', post(request));
    await app('/score', post({}));
    const metrics = await metricsOf(app);
    expect(metrics).toContain('laurel_serve_request_seconds_count{path="/score",status="200"} 1');
    expect(metrics).toContain('laurel_serve_request_seconds_count{path="/score",status="422"} 1');
  });

  it('counts what is asked of a model that is not there under its own address', async () => {
    const app = appWith(() => Promise.reject(new Problem(404, 'model_not_found', 'There is no such model.')));
    await app('/score', post(request));
    const metrics = await metricsOf(app);
    expect(metrics).toContain('laurel_serve_request_seconds_count{path="/score",status="404"} 1');
  });

  it('counts addresses that there are not under one label', async () => {
    const app = appWith(() => Promise.resolve({ items: [] }));
    for (const path of ['/a', '/b']) await app(path, post(request));
    const metrics = await metricsOf(app);
    expect(metrics).toContain('laurel_serve_request_seconds_count{path="other",status="404"} 2');
  });
});

describe('a generation that is followed', () => {
  const sampling = { ...request, items: undefined, prompts: [{ head: '', post: 'a', tail: '' }] };
  const generation = post({ ...sampling, n: 1, temperature: 1, max_tokens: 2, seed: 1 });
  const follow = (following: Serving['follow']) =>
    appWith(notAskedFor, { follow: following })('/generate/stream', generation);
  const delta = { prompt: 0, sample: 0, text: 'a' };

  it('is told line by line, to the whole answer', async () => {
    const response = await follow(async (_, { onDelta }) => {
      onDelta(delta);
      return { prompts: [] };
    });
    expect(await response.text()).toBe(
      `${JSON.stringify({ delta })}\n${JSON.stringify({ answer: { prompts: [] } })}\n`,
    );
  });

  it('is refused by its status before the first line, and by a line after it', async () => {
    const problem = new Problem(422, 'does_not_fit', 'Too long.');
    expect((await follow(() => Promise.reject(problem))).status).toBe(422);
    const cut = await follow(async (_, { onDelta }) => {
      onDelta(delta);
      throw new Error('secret detail');
    });
    const [, last = ''] = (await cut.text()).trim().split('\n');
    expect(JSON.parse(last)).toMatchObject({ problem: { status: 500, code: 'internal_error' } });
    expect(last).not.toContain('secret detail');
  });

  it('ends when nobody listens any more', async () => {
    let signal: AbortSignal | undefined;
    const response = await follow(async (_, follower) => {
      signal = follower.signal;
      follower.onDelta(delta);
      await new Promise((resolve) => follower.signal.addEventListener('abort', resolve));
      return undefined;
    });
    await response.body?.cancel();
    expect(signal?.aborted).toBe(true);
  });
});
