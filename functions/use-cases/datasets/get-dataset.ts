import { datasets } from '@laurel/storage';
import { and, eq, ne } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { notFound } from '../not-found.ts';
import type { DatasetRow } from './upload-dataset.ts';

export async function findDataset({ db }: Context, projectId: string, id: string): Promise<DatasetRow | undefined> {
  const [dataset] = await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.projectId, projectId), eq(datasets.id, id), ne(datasets.state, 'deleting')));
  return dataset;
}

/** @throws {Problem} 404 */
export async function getDataset(context: Context, projectId: string, id: string): Promise<DatasetRow> {
  const dataset = await findDataset(context, projectId, id);
  if (!dataset) throw notFound('dataset', id);
  return dataset;
}
