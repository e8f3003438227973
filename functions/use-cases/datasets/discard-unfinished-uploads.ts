import { datasets } from '@laurel/storage';
import { and, eq, lt, or } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { DatasetRow } from './upload-dataset.ts';

type Stores = Pick<Context, 'db' | 'artifacts'>;

/** Removes what is left of uploads that began before a moment and of deletions: the server that was at them was killed. */
export async function discardUnfinishedUploads(context: Stores, begunBefore: Date): Promise<void> {
  for (const dataset of await unfinishedUploads(context, begunBefore)) await discard(context, dataset);
}

/** Removes what is left of one upload, unless it became a dataset. */
export async function discardDataset(context: Stores, id: string): Promise<void> {
  const unfinished = and(eq(datasets.id, id), eq(datasets.state, 'uploading'));
  for (const dataset of await context.db.select().from(datasets).where(unfinished)) await discard(context, dataset);
}

async function discard({ db, artifacts }: Stores, { id, artifactKey }: DatasetRow): Promise<void> {
  if (artifactKey) await artifacts.delete(artifactKey);
  await db.delete(datasets).where(eq(datasets.id, id));
}

export function unfinishedUploads({ db }: Pick<Context, 'db'>, begunBefore: Date): Promise<DatasetRow[]> {
  const isUnfinished = and(eq(datasets.state, 'uploading'), lt(datasets.createdAt, begunBefore));
  return db
    .select()
    .from(datasets)
    .where(or(isUnfinished, eq(datasets.state, 'deleting')));
}
