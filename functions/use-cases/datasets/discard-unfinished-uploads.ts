import { datasets } from '@laurel/storage';
import { and, eq, lt, or } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import type { DatasetRow } from './upload-dataset.ts';

type Stores = Pick<Context, 'db' | 'artifacts'>;

/** Removes what is left of uploads that began before a moment and of deletions: the server that was at them was killed. */
export async function discardUnfinishedUploads(context: Stores, begunBefore: Date): Promise<void> {
  const { db, artifacts } = context;
  for (const { id, artifactKey: key } of await unfinishedUploads(context, begunBefore)) {
    if (key) await artifacts.delete(key);
    await db.delete(datasets).where(eq(datasets.id, id));
  }
}

export function unfinishedUploads({ db }: Pick<Context, 'db'>, begunBefore: Date): Promise<DatasetRow[]> {
  const isUnfinished = and(eq(datasets.state, 'uploading'), lt(datasets.createdAt, begunBefore));
  return db
    .select()
    .from(datasets)
    .where(or(isUnfinished, eq(datasets.state, 'deleting')));
}
