import { BatchClient } from '@aws-sdk/client-batch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BatchStandIn, startBatch } from '../../../tests/stand-ins/start-batch.ts';
import { BatchLauncher } from './batch-launcher.ts';

let batch: BatchStandIn;
let launcher: BatchLauncher;

beforeEach(async () => {
  batch = await startBatch();
  const client = new BatchClient({
    endpoint: batch.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  launcher = new BatchLauncher({ client, jobQueue: 'gpu', jobDefinition: 'laurel-worker', artifacts: 's3://bucket/a' });
});
afterEach(() => batch.stop());

const launch = { jobId: 'job_1', attempt: 2, token: 'jt_secret', apiUrl: 'https://api.example.com' };

test('submits one container for the attempt, with all that the worker needs', async () => {
  await launcher.launch(launch);
  expect(batch.received).toEqual([
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
  batch.answer = { status: 400, body: { __type: 'ClientException', message: 'JobQueue gpu not found.' } };
  await expect(launcher.launch(launch)).rejects.toThrow('JobQueue gpu not found.');
});
