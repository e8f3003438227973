import { datasets } from '@laurel/storage';
import { and, eq, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';

/** Removes what is left of uploads that began before a moment and never ended: the server that took them was killed. */
export async function discardUnfinishedUploads({ db, artifacts }: Context, begunBefore: Date): Promise<void> {
  const unfinished = await db
    .delete(datasets)
    .where(and(eq(datasets.state, 'uploading'), lt(datasets.createdAt, begunBefore)))
    .returning({ key: datasets.artifactKey });
  for (const { key } of unfinished) if (key) await artifacts.delete(key);
}
