import { openDatabase } from '@laurel/storage';
import type { APIGatewayProxyResult } from 'hono/aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Postgres, type S3, startPostgres, startS3 } from '../tests/real-parts/index.ts';
import { type BatchStandIn, startBatch } from '../tests/stand-ins/start-batch.ts';
import { createOrganisation } from './use-cases/projects/create-project.ts';

const API_URL = 'https://api.example.com';
const HOUR_MS = 60 * 60 * 1000;

let postgres: Postgres;
let s3: S3;
let batch: BatchStandIn;
let lambda: typeof import('./lambda.ts');
let key: string;

beforeAll(async () => {
  [postgres, s3, batch] = await Promise.all([startPostgres(), startS3(), startBatch()]);
  const environment = {
    ...s3.env,
    AWS_ENDPOINT_URL_BATCH: batch.endpoint,
    DATABASE_URL: postgres.url,
    LAUREL_ARTIFACTS: `s3://${s3.bucket}/laurel`,
    LAUREL_API_URL: API_URL,
    LAUREL_JOB_QUEUE: 'gpu',
    LAUREL_JOB_DEFINITION: 'laurel-worker',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  lambda = await import('./lambda.ts'); // reads the environment, and connects
  const { db, close } = await openDatabase({ url: postgres.url });
  key = (await createOrganisation({ db }, 'lambda')).secret;
  await close();
}, 600_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([postgres?.stop(), s3?.stop(), batch?.stop()]);
});

beforeEach(() => {
  batch.received = [];
});
afterEach(() => {
  vi.useRealTimers();
});

interface Call {
  token?: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Calls the handler as API Gateway does, with an event of payload format 2.0. */
async function call(method: string, path: string, { token = key, query = '', headers, body }: Call = {}) {
  const result = await lambda.handler({
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'api.example.com', ...(token && { authorization: `Bearer ${token}` }), ...headers },
    body: body === undefined ? null : Buffer.from(body).toString('base64'),
    isBase64Encoded: body !== undefined,
    requestContext: {
      accountId: '1',
      apiId: 'api',
      authentication: null,
      authorizer: {},
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  } as never);
  const { statusCode, headers: answered, body: content, isBase64Encoded } = result as APIGatewayProxyResult;
  const text = isBase64Encoded ? Buffer.from(content, 'base64').toString() : content;
  const isJson = /json/.test(String(answered?.['content-type']));
  return { status: statusCode, headers: answered, text, json: isJson ? JSON.parse(text) : undefined };
}

const rows = '{"text":"Some words."}\n{"text":"Others, früh."}\n';

async function uploadText(): Promise<string> {
  const answer = await call('POST', '/v1/datasets', {
    query: 'kind=text&name=words',
    headers: { 'content-type': 'application/x-ndjson' },
    body: rows,
  });
  expect(answer).toMatchObject({ status: 201, json: { state: 'ready', rows: 2 } });
  return answer.json.id;
}

async function createJob(): Promise<string> {
  const spec = {
    type: 'pretrain',
    output_model: 'base',
    dataset: await uploadText(),
    architecture: { layers: 1, width: 8, heads: 1, context: 16 },
    vocabulary_size: 300,
  };
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const answer = await call('POST', '/v1/jobs', { headers, body: JSON.stringify(spec) });
  expect(answer).toMatchObject({ status: 202, json: { state: 'queued' } });
  return answer.json.id;
}

/** The environments of the containers that Batch was asked to run. */
const submitted = () =>
  batch.received.map(({ body }) => {
    const { environment } = body.containerOverrides as { environment: Array<{ name: string; value: string }> };
    return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
  });

test('health is told without a key: PostgreSQL, and no engine', async () => {
  const { status, json } = await call('GET', '/v1/health', { token: '' });
  expect(status).toBe(200);
  expect(json).toMatchObject({ status: 'ok', database: 'postgresql', engine: null });
});

test('a request without a key is refused as problem details', async () => {
  const { status, headers, json } = await call('GET', '/v1/datasets', { token: '' });
  expect(status).toBe(401);
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' });
  expect(json).toMatchObject({ code: 'unauthenticated', request_id: headers?.['x-request-id'] });
});

test('an upload, base64 as API Gateway sends it, is kept in S3 and can be read back', async () => {
  const id = await uploadText();
  const { json } = await call('GET', `/v1/datasets/${id}/rows`);
  expect(json.data.map(({ row }: { row: object }) => row)).toEqual([
    { text: 'Some words.' },
    { text: 'Others, früh.' },
  ]);
});

test('the sweeper submits a job that waits, once, and its worker may claim it after hours in the queue', async () => {
  const id = await createJob();
  await lambda.sweep();
  const [worker] = submitted();
  expect(worker).toMatchObject({
    LAUREL_API_URL: API_URL,
    LAUREL_JOB_ID: id,
    LAUREL_ARTIFACTS: `s3://${s3.bucket}/laurel`,
  });

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 12 * HOUR_MS });
  await lambda.sweep();
  expect(batch.received).toHaveLength(1);
  const claimed = await call('POST', `/v1/worker/jobs/${id}/claim`, { token: worker?.LAUREL_JOB_TOKEN ?? '' });
  expect(claimed).toMatchObject({ status: 200, json: { job_id: id, attempt: 1 } });
  expect((await call('GET', `/v1/jobs/${id}`)).json).toMatchObject({ state: 'running' });
});

test('a job that Batch refuses waits, and is submitted when Batch takes it', async () => {
  const id = await createJob();
  const { answer } = batch;
  batch.answer = { status: 400, body: { __type: 'ClientException', message: 'JobQueue gpu not found.' } };
  await lambda.sweep();
  expect((await call('GET', `/v1/jobs/${id}`)).json).toMatchObject({ state: 'queued', attempt: 0 });
  batch.answer = answer;
  batch.received = [];
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  await lambda.sweep();
  expect(submitted()).toMatchObject([{ LAUREL_JOB_ID: id }]);
});

test('the events of a job that goes on are answered within the time that API Gateway waits', async () => {
  const id = await createJob();
  const beginMs = performance.now();
  const { status, text } = await call('GET', `/v1/jobs/${id}/events`, { headers: { accept: 'text/event-stream' } });
  expect(status).toBe(200);
  expect(text).toContain('"queued"');
  expect(performance.now() - beginMs).toBeLessThan(29_000);
});
