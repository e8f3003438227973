import { datasets } from '@laurel/storage';
import { and, eq, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import type { DatasetRow } from './upload-dataset.ts';

/** @throws {Problem} 404 */
export async function getDataset({ db }: Context, projectId: string, id: string): Promise<DatasetRow> {
  const [dataset] = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.projectId, projectId), eq(datasets.id, id), ne(datasets.state, 'deleting')));
  if (!dataset) throw notFound('dataset', id);
  return dataset;
}
