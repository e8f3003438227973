import { datasetUploads } from '@laurel/storage';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { DatasetUploadRow } from './get-dataset-upload.ts';

export async function listDatasetUploads(
  { db }: Context,
  projectId: string,
  page: PageRequest,
): Promise<Page<DatasetUploadRow>> {
  const older = page.after ? lt(datasetUploads.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(datasetUploads)
    .where(and(eq(datasetUploads.projectId, projectId), older))
    .orderBy(desc(datasetUploads.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
