import { type DatasetKind, newId, Problem } from '@laurel/contracts';
import { type Database, datasets } from '@laurel/storage';
import { putHashed } from '@laurel/storage/artifacts';
import { and, eq, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { ReportBuilder } from '../../uploads/dataset-report.ts';
import { storedRows } from '../../uploads/stored-rows.ts';
import { checkFormat, type UploadFormat, uploadLines } from '../../uploads/upload-lines.ts';
import type { Keep } from '../idempotent.ts';
import { notFound } from '../not-found.ts';
import { checkQuota } from '../quotas/check-quota.ts';
import { withinQuota } from '../quotas/within-quota.ts';
import { announceDataset } from './announce-dataset.ts';

export type DatasetRow = typeof datasets.$inferSelect;

export interface Upload {
  kind: DatasetKind;
  name: string;
  format: UploadFormat;
  content: AsyncIterable<Uint8Array>;
}

/**
 * Takes a dataset in: checks its rows while they come, keeps them in their stored form, and makes the dataset ready, or
 * leaves nothing behind.
 *
 * @throws {Problem} 422 naming the bad rows, 413 when it is too large
 */
export const uploadDataset = (
  context: Context,
  projectId: string,
  upload: Upload,
  keep: Keep<DatasetRow>,
): Promise<DatasetRow> => takeDataset(context, projectId, upload, null, keep);

/**
 * Makes the next version of a dataset: its rows, and those of an upload behind them. The version before stays as it is.
 *
 * @throws {Problem} 409 when it is not ready, 404 when it is deleted meanwhile; and as `uploadDataset`
 */
export async function appendToDataset(
  context: Context,
  previous: DatasetRow,
  upload: Pick<Upload, 'format' | 'content'>,
  keep: Keep<DatasetRow>,
): Promise<DatasetRow> {
  const { id, projectId, kind, name, state } = previous;
  if (state !== 'ready') {
    throw new Problem(409, 'dataset_not_ready', `Dataset ${id} is ${state}; append to it when it is ready.`);
  }
  return takeDataset(context, projectId, { ...upload, kind, name }, previous, keep);
}

/**
 * The same, behind the rows of a version before where there is one.
 *
 * @param keep called in the transaction that makes the dataset ready; if it throws, nothing is left behind
 */
export async function takeDataset(
  context: Context,
  projectId: string,
  upload: Upload,
  previous: DatasetRow | null,
  keep: Keep<DatasetRow>,
  id = newId('ds'),
): Promise<DatasetRow> {
  const { db, artifacts, readBlock, now } = context;
  const { kind, name, format, content } = upload;
  checkFormat(kind, format);
  const artifactKey = `datasets/${id}/rows.jsonl`;
  const version = (previous?.version ?? 0) + 1;
  const begun = { id, projectId, kind, name, version, previous: previous?.id ?? null, artifactKey };
  await db.transaction(async (tx) => {
    if (previous) await holdReady(tx, previous);
    await tx.insert(datasets).values({ ...begun, state: 'uploading' });
  });
  try {
    const report = new ReportBuilder();
    const rows = async function* () {
      if (previous?.artifactKey) yield* storedRows('stored', artifacts.read(previous.artifactKey), report, readBlock);
      yield* storedRows(kind, uploadLines(content, format), report, readBlock);
    };
    const stored = await putHashed(artifacts, artifactKey, withinQuota(context, projectId, rows()));
    const found = { rows: report.rows, report: report.build(), ...stored };
    return await db.transaction(async (tx) => {
      const twin = await findTwin(tx, { ...begun, sha256: found.sha256 });
      const ready = { ...found, artifactKey: twin ?? artifactKey, state: 'ready' as const, readyAt: now() };
      const isUploading = and(eq(datasets.id, id), eq(datasets.state, 'uploading'));
      const [dataset] = await tx.update(datasets).set(ready).where(isUploading).returning();
      if (!dataset) throw new Problem(409, 'dataset_deleted', 'The dataset was deleted while it was being uploaded.');
      await announceDataset(tx, dataset, now());
      await checkQuota({ ...context, db: tx }, projectId, { stored_bytes: 0 }); // others may have uploaded meanwhile
      if (twin) await artifacts.delete(artifactKey);
      await keep(tx, dataset);
      return dataset;
    });
  } catch (error) {
    await artifacts.delete(artifactKey);
    await db.delete(datasets).where(eq(datasets.id, id));
    throw error;
  }
}

/**
 * Keeps a dataset from being deleted until the transaction ends; afterwards the one that is made from it does, as long as it reads.
 *
 * @throws {Problem} 404 when it has been deleted meanwhile
 */
async function holdReady(tx: Database, { id }: DatasetRow): Promise<void> {
  const isReady = and(eq(datasets.id, id), eq(datasets.state, 'ready'));
  const held = await tx.select({ id: datasets.id }).from(datasets).where(isReady).for('key share');
  if (held.length === 0) throw notFound('dataset', id);
}

/** Where the project keeps the same rows already. The row that says so is locked, so that it is not deleted meanwhile. */
async function findTwin(
  tx: Database,
  { id, projectId, kind, sha256 }: { id: string; projectId: string; kind: DatasetKind; sha256: string },
): Promise<string | null> {
  const same = and(eq(datasets.projectId, projectId), eq(datasets.kind, kind), eq(datasets.sha256, sha256));
  const [twin] = await tx
    .select({ artifactKey: datasets.artifactKey })
    .from(datasets)
    .where(and(same, eq(datasets.state, 'ready'), ne(datasets.id, id)))
    .limit(1)
    .for('update');
  return twin?.artifactKey ?? null;
}
