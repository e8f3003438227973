import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type S3, startS3 } from '../../../tests/real-parts/index.ts';
import { describeArtifactStore } from './artifact-store-contract.ts';
import { artifactStoreFromEnv } from './artifact-store-from-env.ts';
import { S3ArtifactStore } from './s3-artifact-store.ts';

let s3: S3;
let client: S3Client;
beforeAll(async () => {
  s3 = await startS3();
  client = new S3Client({
    endpoint: s3.env.S3_ENDPOINT,
    region: s3.env.AWS_REGION,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: s3.env.AWS_ACCESS_KEY_ID, secretAccessKey: s3.env.AWS_SECRET_ACCESS_KEY },
  });
}, 600_000);
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

let opened = 0;
const openStore = async () => new S3ArtifactStore({ client, bucket: s3.bucket, prefix: `store-${++opened}/` });

describeArtifactStore(openStore);

test('lists more keys than one answer holds', async () => {
  const store = await openStore();
  const keys = Array.from({ length: 1005 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
  for (let from = 0; from < keys.length; from += 50) {
    await Promise.all(keys.slice(from, from + 50).map((key) => store.put(key, new Uint8Array(1))));
  }
  expect(await store.list('many/')).toEqual(keys);
});

test('a failed upload leaves no parts behind to be paid for', async () => {
  const store = await openStore();
  const failing = async function* () {
    yield new Uint8Array(11 << 20);
    throw new Error('cut');
  };
  await expect(store.put('large', failing())).rejects.toThrow('cut');
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket }));
  expect(Uploads ?? []).toEqual([]);
});

test('parts of a writer that died are found after a day, and discarded', async () => {
  const store = await openStore();
  const Key = `store-${opened}/half`;
  await client.send(new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key }));
  expect(await store.abandonedDrafts()).toEqual([]);
  const tomorrow = new Date(Date.now() + 25 * 60 * 60 * 1000);
  const [draft] = await store.abandonedDrafts(tomorrow);
  expect(draft?.name).toMatch(/^half \(upload .+\)$/);
  await draft?.discard();
  await draft?.discard();
  expect(await store.abandonedDrafts(tomorrow)).toEqual([]);
});

test('the environment alone leads to the server', async () => {
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  const store = artifactStoreFromEnv({ LAUREL_ARTIFACTS: `s3://${s3.bucket}/from/env`, ...s3.env });
  await store.put('a', new Uint8Array([1, 2, 3]));
  expect(await store.get('a')).toEqual(new Uint8Array([1, 2, 3]));
  expect(await new S3ArtifactStore({ client, bucket: s3.bucket, prefix: '' }).list('from/')).toEqual(['from/env/a']);
});

test('a bucket that does not exist is not taken for a missing artifact', async () => {
  const store = new S3ArtifactStore({ client, bucket: 'no-such-bucket', prefix: '' });
  await expect(store.get('a')).rejects.toThrow('The specified bucket does not exist');
});
