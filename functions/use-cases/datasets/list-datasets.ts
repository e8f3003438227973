import { datasets } from '@laurel/storage';
import { and, desc, eq, lt, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { DatasetRow } from './upload-dataset.ts';

export async function listDatasets({ db }: Context, projectId: string, page: PageRequest): Promise<Page<DatasetRow>> {
  const older = page.after ? lt(datasets.id, page.after) : undefined;
  const rows = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.projectId, projectId), ne(datasets.state, 'deleting'), older))
    .orderBy(desc(datasets.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page);
}
