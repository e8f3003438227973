import { jobs, modelUploads } from '@laurel/storage';
import { eq, inArray, lt } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { uploadOf } from '../jobs/job-inputs.ts';
import { LIVE_STATES } from '../jobs/live-states.ts';
import { modelUploadPrefixOf } from './get-model-upload.ts';

type Stores = Pick<Context, 'db' | 'artifacts'>;

/** Removes uploads that began before a moment and that no unfinished job imports: what was imported has been copied. */
export async function discardOldModelUploads(context: Stores, begunBefore: Date): Promise<void> {
  const { db, artifacts } = context;
  const ids = await oldModelUploads(context, begunBefore);
  if (ids.length === 0) return;
  await db.update(modelUploads).set({ files: {} }).where(inArray(modelUploads.id, ids)); // no job begins with them any more
  for (const id of ids) {
    for (const key of await artifacts.list(`${modelUploadPrefixOf(id)}/`)) await artifacts.delete(key);
    await db.delete(modelUploads).where(eq(modelUploads.id, id)); // last, so that what a kill leaves behind is found again
  }
}

/** Their ids. */
export async function oldModelUploads({ db }: Pick<Context, 'db'>, begunBefore: Date): Promise<string[]> {
  const old = await db.select().from(modelUploads).where(lt(modelUploads.createdAt, begunBefore));
  if (old.length === 0) return [];
  const live = await db.select({ spec: jobs.spec }).from(jobs).where(inArray(jobs.state, LIVE_STATES));
  const needed = new Set(live.map(({ spec }) => uploadOf(spec)));
  return old.map(({ id }) => id).filter((id) => !needed.has(id));
}
