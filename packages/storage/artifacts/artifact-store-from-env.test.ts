import { expect, test } from 'vitest';
import { artifactStoreFromEnv } from './artifact-store-from-env.ts';
import { FolderArtifactStore } from './folder-artifact-store.ts';
import { S3ArtifactStore } from './s3-artifact-store.ts';

test('a path is a folder, s3:// a bucket', () => {
  const folder = artifactStoreFromEnv({ LAUREL_ARTIFACTS: '/var/lib/laurel/artifacts' });
  expect(folder).toBeInstanceOf(FolderArtifactStore);
  expect((folder as FolderArtifactStore).folder).toBe('/var/lib/laurel/artifacts');
  for (const place of ['s3://bucket', 's3://bucket/', 's3://bucket/deep/prefix/']) {
    expect(artifactStoreFromEnv({ LAUREL_ARTIFACTS: place })).toBeInstanceOf(S3ArtifactStore);
  }
});

test('what is missing or malformed is named', () => {
  expect(() => artifactStoreFromEnv({})).toThrow('LAUREL_ARTIFACTS is not set');
  expect(() => artifactStoreFromEnv({ LAUREL_ARTIFACTS: 's3://Not_A_Bucket/x' })).toThrow('s3://Not_A_Bucket/x');
});
