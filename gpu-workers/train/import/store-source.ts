import type { ClaimAnswer } from '@laurel/contracts';
import { type ArtifactStore, artifactStoreFromEnv, readVerified } from '@laurel/storage/artifacts';
import { ImportError } from './import-error.ts';
import type { ImportSettings } from './import-settings.ts';
import { collect, type ModelSource } from './model-source.ts';

const nothingKept = async () => undefined;

/** What was uploaded to the service itself. */
export function uploadSource(
  store: ArtifactStore,
  id: string,
  files: ClaimAnswer['model_uploads'][string] | undefined,
): ModelSource {
  if (!files)
    throw new ImportError('unusable_source', `The upload ${id} is gone: one is kept for a day. Upload it again.`);
  return {
    origin: { type: 'upload', upload: id },
    files: Object.entries(files).map(([name, { size_bytes: sizeBytes }]) => ({ name, sizeBytes })),
    read: (file, onBytes) => {
      const { key = '', sha256 = '' } = files[file.name] ?? {};
      return collect(readVerified(store, key, sha256), file, onBytes);
    },
    release: nothingKept,
  };
}

/** The objects directly under `s3://bucket/prefix`. @throws {ImportError} where it may not be read, or cannot be */
export async function s3Source(uri: string, { s3Roots, env }: ImportSettings): Promise<ModelSource> {
  const place = uri.replace(/\/+$/, '');
  if (!s3Roots.some((root) => `${place}/`.startsWith(`${root.replace(/\/+$/, '')}/`))) {
    const detail = `${uri} is not within a place that this server imports from: its owner names those in LAUREL_IMPORT_S3.`;
    throw new ImportError('unusable_source', detail);
  }
  const store = artifactStoreFromEnv({ ...env, LAUREL_ARTIFACTS: place });
  const names = (await listed(store, place)).filter((key) => !key.includes('/'));
  return {
    origin: { type: 's3', uri: place },
    files: await Promise.all(names.map(async (name) => ({ name, sizeBytes: await store.size(name) }))),
    read: (file, onBytes) => collect(store.read(file.name), file, onBytes),
    release: nothingKept,
  };
}

async function listed(store: ArtifactStore, place: string): Promise<string[]> {
  try {
    return await store.list('');
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const detail = `${place} cannot be listed: ${error.name}. Check the bucket's name, and that the worker's credentials may list and read it.`;
    throw new ImportError('unusable_source', detail, error);
  }
}

/** An answer of S3 that a retry would get again, or no credentials to ask with. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return error.name === 'CredentialsProviderError' || (status >= 400 && status < 500 && status !== 429);
}
