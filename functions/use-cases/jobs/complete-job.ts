import {
  type Completion,
  type DatasetKind,
  isTraining,
  type JobResult,
  type JobSpec,
  type ModelKind,
  manifest,
  modelKind,
  newId,
  Problem,
  type ResultOf,
  TRAINED_KIND,
} from '@laurel/contracts';
import { type Database, datasets } from '@laurel/storage';
import { ArtifactCorrupt, ArtifactNotFound, readVerified } from '@laurel/storage/artifacts';
import type { Context } from '../../context.ts';
import { type DatasetReport, ReportBuilder } from '../../uploads/dataset-report.ts';
import { storedRows } from '../../uploads/stored-rows.ts';
import { announceDataset } from '../datasets/announce-dataset.ts';
import type { DatasetRow } from '../datasets/upload-dataset.ts';
import { registerModelVersion } from '../models/register-model-version.ts';
import { goOn } from '../pipelines/go-on.ts';
import { sha256 } from '../secrets.ts';
import { artifactPrefixOf } from './artifact-prefix.ts';
import { lockWorkersJob, type WorkerIdentity } from './authenticate-worker.ts';
import { endJob, type JobRow } from './job-log.ts';

/**
 * Ends a job with its result: a model version or a dataset is registered in the transaction that ends the job.
 *
 * @throws {Problem} 422 when the result is not what the job was to bring or is not in the artifact store; 409 when the
 *   attempt is over
 */
export async function completeJob(context: Context, worker: WorkerIdentity, completion: Completion): Promise<void> {
  const { db, now } = context;
  const { result, metrics } = completion;
  const sizeBytes = await checkArtifacts(context, worker.jobId, result);
  const report = result.type === 'dataset' ? await reportOf(context, result) : null;
  await db.transaction(async (tx) => {
    const job = await lockWorkersJob(tx, worker);
    if (job.state === 'cancelling') return void (await endJob(tx, job, 'cancelled', now())); // nobody wants what it has brought
    const wanted = wantedOf(job.spec);
    const isWanted =
      result.type === wanted.type && (!wanted.kinds || ('kind' in result && wanted.kinds.includes(result.kind)));
    if (!isWanted) {
      const what = wanted.kinds ? `${wanted.type} of kind ${wanted.kinds.join(' or ')}` : wanted.type;
      throw new Problem(422, 'wrong_result', `A ${job.type} job brings a ${what}.`);
    }
    const changes = await register(tx, job, completion, { report, sizeBytes }, now());
    const ended = await endJob(tx, job, 'succeeded', now(), { ...changes, metrics, error: null });
    await goOn({ ...context, db: tx }, ended);
  });
}

interface Wanted {
  type: JobResult['type'];
  kinds?: readonly (ModelKind | DatasetKind)[];
}

/** What each type of job brings. */
function wantedOf(spec: JobSpec): Wanted {
  if (isTraining(spec)) return { type: 'model', kinds: [TRAINED_KIND[spec.type]] };
  switch (spec.type) {
    case 'import':
      return { type: 'model', kinds: modelKind.options };
    case 'evaluation':
      return { type: 'report' };
    case 'bulk_score':
      return { type: 'dataset', kinds: ['candidates'] };
    case 'best_of_n':
      return { type: 'dataset', kinds: ['demonstrations'] };
    case 'export':
      return { type: 'file' };
  }
}

/** What the job's row says of its result. */
async function register(
  tx: Database,
  job: JobRow,
  { result, metrics }: Completion,
  { report, sizeBytes }: { report: DatasetReport | null; sizeBytes: number },
  at: Date,
): Promise<Partial<JobRow>> {
  switch (result.type) {
    case 'model':
      return { modelVersionId: (await registerModelVersion(tx, job, { ...result, metrics, sizeBytes }, at)).id };
    case 'report':
      return { reportKey: result.key };
    case 'dataset':
      return { datasetId: await registerDataset(tx, job, result, report, at) };
    case 'file': {
      const { key, name, media_type, sha256: hash, size_bytes } = result;
      return { file: { key, name, media_type, sha256: hash, size_bytes } };
    }
  }
}

async function registerDataset(
  tx: Database,
  job: JobRow,
  result: ResultOf<'dataset'>,
  report: DatasetReport | null,
  at: Date,
): Promise<string> {
  const { kind, key: artifactKey, sha256, rows, size_bytes: sizeBytes } = result;
  const name = 'output_dataset' in job.spec ? job.spec.output_dataset : job.id;
  const made = { kind, name, state: 'ready' as const, artifactKey, sha256, rows, sizeBytes, report, readyAt: at };
  const id = newId('ds');
  const [dataset] = await tx
    .insert(datasets)
    .values({ id, projectId: job.projectId, ...made })
    .returning();
  await announceDataset(tx, dataset as DatasetRow, at);
  return id;
}

/** The report of a dataset that a job made, as that of one that was uploaded. @throws {Problem} 422 when the rows are not what was told */
async function reportOf(
  { artifacts, readBlock }: Context,
  { key, ...told }: ResultOf<'dataset'>,
): Promise<DatasetReport> {
  const report = new ReportBuilder();
  const rows = storedRows('stored', readVerified(artifacts, key, told.sha256), report, readBlock);
  try {
    for await (const _ of rows);
  } catch (error) {
    if (!(error instanceof ArtifactCorrupt)) throw error;
    throw new Problem(422, 'wrong_hash', `${key} has another hash than was told.`);
  }
  if (report.rows !== told.rows) {
    throw new Problem(422, 'wrong_rows', `${key} has ${report.rows} rows, not the ${told.rows} that were told.`);
  }
  return report.build();
}

/**
 * Nothing becomes a result that is not wholly there: a model's manifest is written last, and its hash is told. Answers the size of a
 * model's files, bytes; the other results tell theirs.
 */
async function checkArtifacts({ artifacts }: Context, jobId: string, result: JobResult): Promise<number> {
  const own = `${artifactPrefixOf(jobId)}/`;
  const place = result.type === 'model' ? result.prefix : result.key;
  if (!place.startsWith(own)) throw new Problem(422, 'foreign_artifact', `${place} is not under ${own}.`);
  if (result.type !== 'model') {
    if (await artifacts.exists(place)) return 0;
    throw new Problem(422, 'missing_artifact', `There is no artifact ${place}.`);
  }
  const bytes = await artifacts.get(`${place}/manifest.json`).catch((error: unknown) => {
    if (!(error instanceof ArtifactNotFound)) throw error;
    throw new Problem(422, 'missing_artifact', `${place} has no manifest, so it is no model.`);
  });
  if (sha256(bytes) !== result.manifest_sha256) {
    throw new Problem(422, 'wrong_hash', `${place}/manifest.json has another hash than was told.`);
  }
  const { files } = manifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  return Object.values(files).reduce((sum, file) => sum + file.size_bytes, 0);
}
