import type { Completion, ImportSource, ModelKind, SpecOf } from '@laurel/contracts';
import { checkModelFiles, type Files } from '@laurel/learning';
import { writeManifest } from '@laurel/storage/artifacts';
import { goldenFile } from './golden-file.ts';
import { folderSource } from './import/folder-source.ts';
import { hubSource } from './import/hub-source.ts';
import { ImportError } from './import/import-error.ts';
import type { ModelSource } from './import/model-source.ts';
import { readModelSource } from './import/read-model-source.ts';
import { s3Source, uploadSource } from './import/store-source.ts';
import { type Job, stopIfTold } from './job.ts';

const MEGABYTE = 1e6;
const PIECE_BYTES = 8 * 2 ** 20;

/**
 * Takes a model in from where its spec says, tries it, and publishes its files unchanged at `<prefix>/model/`, with golden scores
 * beside them. Progress is told in megabytes.
 *
 * @throws {ImportError} for a place that cannot be read and a model that cannot be used
 */
export async function importJob(job: Job, spec: SpecOf<'import'>): Promise<Completion> {
  const { claim, store, engine, reporter } = job;
  enterStage(job, 'connecting');
  const source = await open(job, spec.source);
  enterStage(job, 'reading', { origin: source.origin });
  const files = await readModelSource(source, (readBytes, totalBytes) => {
    stopIfTold(job);
    reporter.progress('reading', Math.floor(readBytes / MEGABYTE), Math.ceil(totalBytes / MEGABYTE));
  });

  enterStage(job, 'checking');
  const model = check(job, files);
  const kind: ModelKind = model.kind === 'base' ? spec.kind : model.kind;
  const { grade, precision } = engine;
  const settings = { origin: source.origin, kind, engine: grade, precision, attempt: claim.attempt };
  reporter.event('settings', settings);
  stopIfTold(job);

  enterStage(job, 'publishing');
  const prefix = `${claim.artifact_prefix}/model`;
  const golden = goldenFile(engine, files);
  const contents = Object.fromEntries(
    Object.entries({ ...files, ...golden }).map(([name, bytes]) => [name, pieces(bytes)]),
  );
  const { manifest, manifestSha256 } = await writeManifest(store, prefix, contents);
  await source.release();
  const config = JSON.parse(new TextDecoder().decode(files['config.json'])) as Record<string, unknown>;
  const sizeBytes = Object.values(manifest.files).reduce((sum, file) => sum + file.size_bytes, 0);
  return {
    result: { type: 'model', kind, prefix, manifest_sha256: manifestSha256, config, origin: source.origin },
    metrics: { parameters: model.parameters, size_bytes: sizeBytes },
  };
}

async function open({ claim, store, importing }: Job, source: ImportSource): Promise<ModelSource> {
  switch (source.type) {
    case 'hub':
      return hubSource(source.repo, source.revision, importing);
    case 's3':
      return s3Source(source.uri, importing);
    case 'folder':
      return folderSource(source.path, importing);
    case 'upload':
      return uploadSource(store, source.upload, claim.model_uploads[source.upload]);
  }
}

function check({ engine }: Job, files: Files) {
  try {
    return checkModelFiles(engine.kernels, files);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ImportError('unusable_model', `The model cannot be used: ${reason}`, cause);
  }
}

function enterStage({ reporter }: Job, stage: string, more: Record<string, unknown> = {}): void {
  reporter.progress(stage, 0, 0);
  reporter.event('stage', { stage, ...more });
}

/** As a stream, so that a store may send it in parts: S3 takes 5 GB in one. */
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
