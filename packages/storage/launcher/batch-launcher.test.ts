import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { BatchClient } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BatchLauncher } from './batch-launcher.ts';

/** Stands in for AWS Batch: keeps what it is sent, and answers as `answer` says. */
let batch: Server;
let received: Array<{ call: string; body: Record<string, unknown> }>;
let answer: { status: number; body: object };
let launcher: BatchLauncher;

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  received.push({ call: `${request.method} ${request.url}`, body: JSON.parse(await text(request)) });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
}

beforeEach(async () => {
  received = [];
  batch = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1');
  await once(batch, 'listening');
  const client = new BatchClient({
    endpoint: `http://127.0.0.1:${(batch.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  launcher = new BatchLauncher({ client, jobQueue: 'gpu', jobDefinition: 'laurel-worker', artifacts: 's3://bucket/a' });
});
afterEach(() => batch.close());

const launch = { jobId: 'job_1', attempt: 2, token: 'jt_secret', apiUrl: 'https://api.example.com' };

test('submits one container for the attempt, with all that the worker needs', async () => {
  answer = { status: 200, body: { jobId: 'aws-id', jobName: 'job_1-attempt-2' } };
  await launcher.launch(launch);
  expect(received).toEqual([
    {
      call: 'POST /v1/submitjob',
      body: {
        jobName: 'job_1-attempt-2',
        jobQueue: 'gpu',
        jobDefinition: 'laurel-worker',
        containerOverrides: {
          environment: [
            { name: 'LAUREL_API_URL', value: 'https://api.example.com' },
            { name: 'LAUREL_JOB_ID', value: 'job_1' },
            { name: 'LAUREL_JOB_TOKEN', value: 'jt_secret' },
            { name: 'LAUREL_ARTIFACTS', value: 's3://bucket/a' },
          ],
        },
        retryStrategy: { attempts: 1 },
      },
    },
  ]);
});

test('always has room, since jobs wait in its queue', () => {
  expect(launcher.freeSlots()).toBe(Number.POSITIVE_INFINITY);
});

test("a refusal rejects with Batch's own words", async () => {
  answer = { status: 400, body: { __type: 'ClientException', message: 'JobQueue gpu not found.' } };
  await expect(launcher.launch(launch)).rejects.toThrow('JobQueue gpu not found.');
});
