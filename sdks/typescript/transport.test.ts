import { afterEach, describe, expect, test } from 'vitest';
import { Laurel } from './client.ts';
import {
  ApiError,
  ConnectionError,
  NotFoundError,
  RateLimitError,
  TimeoutError,
  UnprocessableError,
} from './errors.ts';
import { etagOf } from './etag-of.ts';
import { hangUp, json, type Reply, startScriptedServer } from './testing/scripted-server.ts';

let close = async () => {};
afterEach(() => close());

async function serve(...replies: Reply[]) {
  const server = await startScriptedServer(replies);
  close = server.close;
  return { ...server, laurel: new Laurel({ baseUrl: server.baseUrl, apiKey: 'lk_secret', timeoutMs: 5_000 }) };
}

const now = { 'retry-after': '0' };
const problem = (code: string, more: object = {}) => ({ code, detail: `Told: ${code}.`, request_id: 'req_1', ...more });

describe('requests', () => {
  test('carry the key, the query and JSON', async () => {
    const { laurel, seen } = await serve(json(201, { id: 'proj_1' }));
    await laurel.projects.create({ name: 'summaries' });
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/v1/projects', body: '{"name":"summaries"}' });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer lk_secret', 'content-type': 'application/json' });
  });

  test('say how long an answer is of use, and which go together', async () => {
    const { laurel, seen } = await serve(json(200, {}));
    await laurel.endpoints.score('e', { items: [] }, { answerWithinMs: 500, routingKey: 'reader-1' });
    expect(seen[0]?.headers).toMatchObject({ 'x-timeout-ms': '500', 'x-routing-key': 'reader-1' });
  });

  test('tell the ETag of what was got, for a change of it', async () => {
    const { laurel, seen } = await serve(json(200, { id: 'ep_1' }, { etag: '"ab"' }), json(200, { id: 'ep_1' }));
    const endpoint = await laurel.endpoints.get('e');
    const changed = await laurel.endpoints.rollback('e', { ifMatch: etagOf(endpoint) });
    expect(seen[1]?.headers['if-match']).toBe('"ab"');
    expect(() => etagOf(changed)).toThrow('This has no ETag');
  });

  test('change only what is still what `ifMatch` names, wherever the service takes it', async () => {
    const { laurel, seen } = await serve(json(200, {}));
    const ifMatch = '"0f343b0931126a20f133d67c2b018a3b"';
    await laurel.endpoints.publish('e', { model_version: 'mv_1' }, { ifMatch });
    await laurel.endpoints.route('e', { live: 1 }, { ifMatch });
    await laurel.endpoints.rollback('e', { ifMatch });
    await laurel.models.annotate('mv_1', { note: 'n' }, { ifMatch });
    await laurel.models.moveAlias('m', 'production', { model_version: 'mv_1', reason: 'r' }, { ifMatch });
    await laurel.keys.update('key_1', { name: 'n' }, { ifMatch });
    await laurel.projects.setRetention('proj_1', {}, { ifMatch });
    await laurel.webhookEndpoints.update('we_1', { enabled: true }, { ifMatch });
    expect(seen.map(({ headers }) => headers['if-match'])).toEqual(Array(8).fill(ifMatch));
    await laurel.keys.update('key_1', { name: 'n' });
    expect(seen[8]?.headers).not.toHaveProperty('if-match');
  });

  test('wait for an end by `waitSeconds`', async () => {
    const { laurel, seen } = await serve(json(200, { id: 'it' }));
    const spec = {} as never;
    await laurel.jobs.create(spec, { waitSeconds: 30 });
    await laurel.jobs.get('job_1', { waitSeconds: 30 });
    await laurel.pipelines.create(spec, { waitSeconds: 30 });
    await laurel.pipelines.get('pipe_1', { waitSeconds: 30 });
    expect(seen.map(({ headers }) => headers.prefer)).toEqual(Array(4).fill('wait=30'));
  });

  test('an answer without a body is undefined', async () => {
    const { laurel } = await serve((response) => response.writeHead(204).end());
    expect(await laurel.keys.revoke('key_1')).toBeUndefined();
  });
});

describe('retries', () => {
  test('two, on connections cut without an answer', async () => {
    const { laurel, seen } = await serve(hangUp, hangUp, json(200, { id: 'job_1' }));
    expect(await laurel.jobs.get('job_1')).toEqual({ id: 'job_1' });
    expect(seen).toHaveLength(3);
  });

  test('on a connection cut in the middle of the answer', async () => {
    const half: Reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"id":', () => response.destroy());
    };
    const { laurel } = await serve(half, json(200, { id: 'job_1' }));
    expect(await laurel.jobs.get('job_1')).toEqual({ id: 'job_1' });
  });

  test.each([408, 429, 500, 502, 503])('on status %i', async (status) => {
    const { laurel, seen } = await serve(json(status, {}, now), json(200, { id: 'job_1' }));
    expect(await laurel.jobs.get('job_1')).toEqual({ id: 'job_1' });
    expect(seen).toHaveLength(2);
  });

  test('not on what would fail again', async () => {
    const { laurel, seen } = await serve(json(409, problem('job_ended'), now));
    await expect(laurel.jobs.cancel('job_1')).rejects.toMatchObject({ name: 'ConflictError', code: 'job_ended' });
    expect(seen).toHaveLength(1);
  });

  test('x-should-retry decides either way', async () => {
    const running = json(409, problem('request_running'), { ...now, 'x-should-retry': 'true' });
    const hopeless = json(500, problem('broken'), { 'x-should-retry': 'false' });
    const { laurel, seen } = await serve(running, hopeless);
    await expect(laurel.jobs.get('job_1')).rejects.toMatchObject({ code: 'broken' });
    expect(seen).toHaveLength(2);
  });

  test('not on a full disk, which the service says no retry can help', async () => {
    const { laurel, seen } = await serve(json(507, problem('storage_full'), { ...now, 'x-should-retry': 'false' }));
    const upload = laurel.datasets.upload({ kind: 'text', name: 'a' }, [{ text: 'one' }]);
    await expect(upload).rejects.toMatchObject({ name: 'ServerError', code: 'storage_full' });
    expect(seen).toHaveLength(1);
  });

  test('end after the second, with the error of the last try', async () => {
    const { laurel, seen } = await serve(json(429, problem('rate_limited'), now));
    await expect(laurel.jobs.get('job_1')).rejects.toThrow(RateLimitError);
    expect(seen).toHaveLength(3);
  });

  test('do not wait for a service that asks for more than a minute', async () => {
    const { laurel, seen } = await serve(json(503, problem('maintenance'), { 'retry-after': '3600' }));
    await expect(laurel.jobs.get('job_1')).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(1);
  });

  test('carry one idempotency key per call, and another for the next call', async () => {
    const { laurel, seen } = await serve(hangUp, json(503, {}, now), json(201, { id: 'proj_1' }));
    await laurel.projects.create({ name: 'a' });
    await laurel.projects.create({ name: 'a' });
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
  });

  test('send the rows of an array again, but a stream only once', async () => {
    const { laurel, seen } = await serve(hangUp, json(201, { id: 'ds_1' }), hangUp);
    await laurel.datasets.upload({ kind: 'text', name: 'a' }, [{ text: 'one' }, { text: 'two' }]);
    expect(seen.map(({ body }) => body)).toEqual(Array(2).fill('{"text":"one"}\n{"text":"two"}\n'));
    async function* rows() {
      yield { text: 'one' };
      yield '{"text":"two"}\n';
    }
    await expect(laurel.datasets.upload({ kind: 'text', name: 'a' }, rows())).rejects.toThrow(ConnectionError);
    expect(seen).toHaveLength(3);
    expect(seen[2]?.body).toBe('{"text":"one"}\n{"text":"two"}\n');
  });
});

describe('errors', () => {
  test('are typed and carry the problem details', async () => {
    const errors = [{ pointer: '/choice', line: 3, code: 'out_of_range', detail: 'choice must be 0 or 1' }];
    const { laurel } = await serve(json(422, problem('invalid_rows', { errors })));
    const error = await laurel.datasets.upload({ kind: 'text', name: 'a' }, 'x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnprocessableError);
    expect(error).toMatchObject({ status: 422, code: 'invalid_rows', requestId: 'req_1', errors });
  });

  test('of something that is not the service still have a status and a code', async () => {
    const page: Reply = (response) => response.writeHead(404, { 'x-request-id': 'proxy-7' }).end('<h1>Not found</h1>');
    const { laurel } = await serve(page);
    const error = await laurel.jobs.get('job_1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'http_404', requestId: 'proxy-7', errors: [] });
    expect(error).toBeInstanceOf(ApiError);
  });

  test('name the address that refuses connections', async () => {
    const { baseUrl, laurel } = await serve(hangUp);
    await close();
    await expect(laurel.jobs.get('job_1')).rejects.toThrow(`${baseUrl}/v1/jobs/job_1 cannot be reached`);
  });

  test('a silent service times out', async () => {
    const { baseUrl } = await serve(() => {});
    const impatient = new Laurel({ baseUrl, apiKey: 'lk_secret', timeoutMs: 50, maxRetries: 0 });
    await expect(impatient.jobs.get('job_1')).rejects.toThrow(TimeoutError);
  });

  test("the caller's abort ends the call with the caller's reason, unretried", async () => {
    const { laurel, seen } = await serve(() => {});
    const call = laurel.jobs.get('job_1', { signal: AbortSignal.timeout(100) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError', code: DOMException.TIMEOUT_ERR });
    expect(seen).toHaveLength(1);
  });
});
