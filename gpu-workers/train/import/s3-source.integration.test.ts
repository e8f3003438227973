import { artifactStoreFromEnv } from '@laurel/storage/artifacts';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type S3, startS3 } from '../../../tests/real-parts/index.ts';
import { importSettings } from './import-settings.ts';
import { s3Source } from './store-source.ts';

let s3: S3;
let root: string;

beforeAll(async () => {
  s3 = await startS3();
  root = `s3://${s3.bucket}/models`;
  useCredentials();
  const store = artifactStoreFromEnv({ ...s3.env, LAUREL_ARTIFACTS: `s3://${s3.bucket}` });
  await store.put('models/tiny/config.json', Buffer.from('{}'));
  await store.put('models/tiny/nested/config.json', Buffer.from('{}'));
  await store.put('models-of-others/config.json', Buffer.from('{}'));
}, 900_000);
beforeEach(() => useCredentials());
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3?.stop();
});

/** The AWS SDK finds them in the process's own environment. */
function useCredentials(changes: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries({ ...s3.env, ...changes })) vi.stubEnv(name, value);
}

const open = (uri: string) =>
  s3Source(uri, importSettings({ ...s3.env, LAUREL_IMPORT_S3: `s3://another-bucket, ${root}/` }));

test('reads what lies directly under a prefix', async () => {
  const source = await open(`${root}/tiny/`);
  expect(source.origin).toEqual({ type: 's3', uri: `${root}/tiny` });
  expect(source.files).toEqual([{ name: 'config.json', sizeBytes: 2 }]);
  expect(Buffer.from(await source.read({ name: 'config.json', sizeBytes: 2 }, () => undefined)).toString()).toBe('{}');
});

test('refuses what is not within the named places', async () => {
  await expect(open(`s3://${s3.bucket}/models-of-others`)).rejects.toThrow(/LAUREL_IMPORT_S3/);
  await expect(s3Source(root, importSettings({}))).rejects.toThrow(/LAUREL_IMPORT_S3/);
});

test('names a bucket that is not there, and credentials that do not open it', async () => {
  await expect(open('s3://another-bucket/tiny')).rejects.toThrow(/cannot be listed: NoSuchBucket/);
  useCredentials({ AWS_SECRET_ACCESS_KEY: 'wrong' });
  await expect(open(`${root}/tiny`)).rejects.toThrow(/credentials may list/);
});
