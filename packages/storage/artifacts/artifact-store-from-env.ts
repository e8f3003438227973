import { S3Client } from '@aws-sdk/client-s3';
import type { ArtifactStore } from './artifact-store.ts';
import { FolderArtifactStore } from './folder-artifact-store.ts';
import { S3ArtifactStore } from './s3-artifact-store.ts';

const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?)\/*)?$/;

/**
 * The store that the environment names: `LAUREL_ARTIFACTS` is a folder or `s3://bucket/prefix`. For S3, credentials and
 * region come as AWS's own tools take them; `S3_ENDPOINT` is the address of another server that speaks the protocol.
 */
export function artifactStoreFromEnv(env: NodeJS.ProcessEnv): ArtifactStore {
  const place = env.LAUREL_ARTIFACTS;
  if (!place) throw new Error('LAUREL_ARTIFACTS is not set: give it a folder or s3://bucket/prefix.');
  if (!place.startsWith('s3://')) return new FolderArtifactStore(place);
  const [, bucket, prefix] = S3_URL.exec(place) ?? [];
  if (!bucket) throw new Error(`LAUREL_ARTIFACTS is ${place}, which is not of the form s3://bucket/prefix.`);
  return new S3ArtifactStore({ client: s3Client(env), bucket, prefix: prefix ? `${prefix}/` : '' });
}

function s3Client(env: NodeJS.ProcessEnv): S3Client {
  const endpoint = env.S3_ENDPOINT;
  const checksums = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const;
  if (!endpoint) return new S3Client(checksums);
  // Such servers know no regions, and seldom answer at bucket.host.
  return new S3Client({ ...checksums, endpoint, forcePathStyle: true, region: env.AWS_REGION ?? 'us-east-1' });
}
