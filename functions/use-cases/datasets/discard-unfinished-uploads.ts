import { datasets } from '@laurel/storage';
import { and, eq, lt, or } from 'drizzle-orm';
import type { Context } from '../../context.ts';

/** Removes what is left of uploads that began before a moment and of deletions: the server that was at them was killed. */
export async function discardUnfinishedUploads({ db, artifacts }: Context, begunBefore: Date): Promise<void> {
  const isUnfinished = and(eq(datasets.state, 'uploading'), lt(datasets.createdAt, begunBefore));
  const left = await db
    .select({ id: datasets.id, key: datasets.artifactKey })
    .from(datasets)
    .where(or(isUnfinished, eq(datasets.state, 'deleting')));
  for (const { id, key } of left) {
    if (key) await artifacts.delete(key);
    await db.delete(datasets).where(eq(datasets.id, id));
  }
}
