import { datasetDeletions } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { DatasetRow } from './upload-dataset.ts';

/** What a deletion has removed, and what had come of it or stands on it. */
export interface DeletionReceipt {
  id: string;
  dataset: DatasetRow;
  deletedAt: Date;
  /** Artifacts that are gone; none where another dataset has the same rows. */
  artifacts: string[];
  /** Datasets that keep the rows. */
  sharedWith: string[];
  jobs: string[];
  modelVersions: string[];
  /** Versions that were made by appending to it. */
  datasets: string[];
}

/** @throws {Problem} 404 */
export async function getDeletion({ db }: Context, projectId: string, id: string): Promise<DeletionReceipt> {
  const [row] = await db
    .select()
    .from(datasetDeletions)
    .where(and(eq(datasetDeletions.projectId, projectId), eq(datasetDeletions.id, id)));
  if (!row) throw notFound('deletion', id);
  return receiptOf(row);
}

/** Newest first; of one dataset where it is named. */
export async function listDeletions(
  { db }: Context,
  projectId: string,
  { dataset, ...page }: PageRequest & { dataset?: string | undefined },
): Promise<Page<DeletionReceipt>> {
  const older = page.after ? lt(datasetDeletions.id, page.after) : undefined;
  const ofDataset = dataset ? eq(datasetDeletions.datasetId, dataset) : undefined;
  const rows = await db
    .select()
    .from(datasetDeletions)
    .where(and(eq(datasetDeletions.projectId, projectId), ofDataset, older))
    .orderBy(desc(datasetDeletions.id))
    .limit(page.limit + 1);
  return pageFrom(rows.map(receiptOf), page);
}

function receiptOf({ id, receipt, deletedAt }: typeof datasetDeletions.$inferSelect): DeletionReceipt {
  const kept = receipt as unknown as Omit<DeletionReceipt, 'id' | 'deletedAt'>;
  const { createdAt, readyAt } = kept.dataset; // texts, since they were kept as JSON
  const dataset = { ...kept.dataset, createdAt: new Date(createdAt), readyAt: readyAt && new Date(readyAt) };
  return { ...kept, id, deletedAt, dataset };
}
